package compare

import (
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/policy/eval"
)

// checkByExplain asks the whole evaluation, in which keys that follow from the request are derived: of a
// principal like that of the witness, one document must allow it as an identity policy and the other not.
func checkByExplain(t *testing.T, w *Witness, allows, other *Compiled) {
	t.Helper()
	if service, _, _ := strings.Cut(strings.ToLower(w.Action), ":"); service == "sts" || service == "kms" {
		return // trust and key policies must allow too
	}
	r := eval.Request{Action: w.Action, Resource: w.Resource, Context: eval.NewContext(w.Context)}
	value := func(key string) string {
		if v := r.Context.Lookup(key); len(v) > 0 {
			return v[0]
		}
		return ""
	}
	arn, name, account := value("aws:PrincipalArn"), value("aws:username"), value("aws:PrincipalAccount")
	if account == "" {
		// Of the same account, so that no resource policy is needed.
		if account = strings.SplitN(w.Resource+":::::", ":", 6)[4]; len(account) != 12 {
			account = "123456789012"
		}
	}
	switch {
	case arn != "":
	case name != "" && !strings.ContainsAny(name, "/*?"):
		arn = "arn:aws:iam::" + account + ":user/" + name
	case name != "" || value("aws:PrincipalType") == "User":
		arn = "arn:aws:iam::" + account + ":user/alice"
	default:
		arn = "arn:aws:iam::" + account + ":role/example"
	}
	p, err := eval.ParsePrincipal(arn)
	if err != nil || p.Type == eval.Root || p.Type == eval.Federated {
		return // the root user needs no policy in its account, and a federated one needs another
	}
	r.Principal = p
	r.ResourceAccount = p.Account
	if held := r.Context.Lookup("aws:ResourceAccount"); len(held) == 0 {
		r.Context.Add("aws:ResourceAccount", resourceAccount(w.Resource, p.Account))
	}
	says := func(d *Compiled) eval.Outcome {
		return eval.Evaluate(&eval.Policies{Identity: []*eval.Policy{d.policy}}, &r).Outcome
	}
	if says(allows) != eval.Allow || says(other) == eval.Allow {
		t.Errorf("of %v, explain says %v and %v\n%v\n%v", w, says(allows), says(other), allows.document, other.document)
	}
}

// resourceAccount is the account in an ARN, or that of the principal.
func resourceAccount(arn, own string) string {
	if part := strings.SplitN(arn, ":", 6); len(part) == 6 && part[4] != "" {
		return part[4]
	}
	return own
}
