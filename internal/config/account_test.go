package config

import "testing"

func TestOwnerIsTheRulesThenTheAccounts(t *testing.T) {
	f, err := Load("everything.yaml", samples(t, "good")["everything.yaml"], openTestdata)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ rule, account, owner, name string }{
		{"ci", "123456789012", "ci@example.com", "shop-production"},
		{"the-rest", "123456789012", "shop@example.com", "shop-production"},
		{"", "123456789012", "shop@example.com", "shop-production"},
		{"the-rest", "210987654321", "", "sandbox"},
		{"ci", "111122223333", "ci@example.com", ""},
	} {
		if owner, name := f.OwnerOf(c.rule, c.account), f.Account(c.account).Name; owner != c.owner || name != c.name {
			t.Errorf("rule %q in %s: owner %q of %q, want %q of %q", c.rule, c.account, owner, name, c.owner, c.name)
		}
		if f.Limit(Observe).OwnerOf(c.rule, c.account) != c.owner {
			t.Errorf("rule %q in %s has another owner where the mode is limited", c.rule, c.account)
		}
	}
}
