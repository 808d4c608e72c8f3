package audit_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/audit"
	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/config"
)

// The following is a second, simple implementation: a statement has a few fields, and IAM's rules
// for sts:AssumeRole are written out. The audit must agree with it on random accounts.

type said struct {
	Deny bool
	// Who are the principals of a trust policy; none in the others.
	Who []string
	// Action and Resource are one of a few patterns.
	Action, Resource string
	// MFA and Org are conditions on keys with unknown values: "", true or false.
	MFA, Org string
	// Like is a condition on the ARN of the caller.
	Like string
}

func (s *said) document() map[string]any {
	effect := "Allow"
	if s.Deny {
		effect = "Deny"
	}
	out := map[string]any{"Effect": effect, "Action": s.Action}
	if s.Who != nil {
		out["Principal"] = map[string]any{"AWS": s.Who}
	} else {
		out["Resource"] = s.Resource
	}
	boolean, like := map[string]any{}, map[string]any{}
	if s.MFA != "" {
		boolean["aws:MultiFactorAuthPresent"] = s.MFA
	}
	if s.Org != "" {
		boolean["aws:SecureTransport"] = s.Org
	}
	if s.Like != "" {
		like["aws:PrincipalArn"] = s.Like
	}
	conditions := map[string]any{}
	if len(boolean) > 0 {
		conditions["Bool"] = boolean
	}
	if len(like) > 0 {
		conditions["ArnLike"] = like
	}
	out["Condition"] = conditions
	return out
}

func documentOf(list []said) json.RawMessage {
	all := []any{}
	for i := range list {
		all = append(all, list[i].document())
	}
	text, _ := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": all})
	return text
}

type simple struct {
	account, kind, name, session string
	identity, boundary           []said // boundary is nil if there is none
	trust                        []said
}

func (p *simple) arn() string { return "arn:aws:iam::" + p.account + ":" + p.kind + "/" + p.name }

// applies reports whether a statement matches the request, for any caller.
func (s *said) applies(p, target *simple, mfa, org bool) bool {
	return (s.Action == "sts:AssumeRole" || s.Action == "sts:*" || s.Action == "*") &&
		(s.Who != nil || s.Resource == "*" || s.Resource == target.arn()) &&
		(s.MFA == "" || (s.MFA == "true") == mfa) && (s.Org == "" || (s.Org == "true") == org) &&
		(s.Like == "" || s.Like == "*" || s.Like == p.arn())
}

// may returns IAM's answer if the two keys have these values.
func (p *simple) may(target *simple, mfa, org bool) bool {
	says := func(list []said) (allow, deny bool) {
		for i := range list {
			if list[i].applies(p, target, mfa, org) {
				allow, deny = allow || !list[i].Deny, deny || list[i].Deny
			}
		}
		return allow, deny
	}
	identity, no := says(p.identity)
	if no {
		return false
	}
	boundary, no := says(p.boundary)
	if no {
		return false
	}
	// The trust policy can name the caller's account, the role of the caller's session, or the
	// caller itself.
	account, role, itself := false, false, false
	for i := range target.trust {
		s := &target.trust[i]
		if !s.applies(p, target, mfa, org) {
			continue
		}
		for _, who := range s.Who {
			root := who == p.account || who == "arn:aws:iam::"+p.account+":root"
			direct := who == "*" || p.kind == "user" && who == p.arn() || p.session != "" && who == "arn:aws:sts::"+p.account+":assumed-role/"+p.name+"/"+p.session
			if s.Deny && (root || direct || who == p.arn()) {
				return false
			}
			account, role, itself = account || root, role || p.kind == "role" && who == p.arn(), itself || direct
		}
	}
	switch {
	case p.account != target.account:
		return identity && boundary && (account || role || itself)
	case itself:
		return true
	case role:
		return boundary
	}
	return account && identity && boundary
}

func TestReachOfRandomAccounts(t *testing.T) {
	f, err := config.Single(policyARN("team"), nil, config.Alert)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(7, 11))
	counts := map[string]int{}
	for range 500 {
		all := randomPrincipals(r)
		report := (&audit.Auditor{Config: f, Now: now}).Run(t.Context(), inputsOf(t, all))
		got := map[string]*audit.Principal{}
		for i := range report.Principals {
			got[report.Principals[i].ARN] = &report.Principals[i]
		}
		for i := range all {
			p := &all[i]
			if p.boundary == nil {
				continue
			}
			for j := range all {
				if role := &all[j]; role.kind == "role" && role.boundary == nil {
					counts[compareReach(t, all, p, role, got[p.arn()])]++
				}
			}
		}
	}
	t.Log(counts)
	for _, answer := range []string{"always", "sometimes", "never", "as a session"} {
		if counts[answer] < 50 {
			t.Errorf("%s: only %d of %v", answer, counts[answer], counts)
		}
	}
}

// compareReach compares one pair with the simple implementation, and returns the kind of answer.
func compareReach(t *testing.T, all []simple, p, role *simple, got *audit.Principal) string {
	t.Helper()
	can := func(p *simple) (some, every, fixed bool) {
		every, fixed = true, true
		for _, mfa := range []bool{false, true} {
			for _, org := range []bool{false, true} {
				may := p.may(role, mfa, org)
				some, every = some || may, every && may
			}
		}
		for _, list := range [][]said{p.identity, p.boundary, role.trust} {
			fixed = fixed && !slices.ContainsFunc(list, func(s said) bool { return s.MFA != "" || s.Org != "" })
		}
		return some, every, fixed
	}
	some, every, fixed := can(p)
	session := *p
	session.session = "s1"
	asSession, _, _ := can(&session)
	sure := slices.Contains(got.Reaches, role.arn())
	at := slices.IndexFunc(got.ReachesIf, func(r audit.Reach) bool { return r.Role == role.arn() })
	bad := func(what string) {
		text, _ := json.MarshalIndent([]any{p.identity, p.boundary, role.trust}, "", " ")
		t.Fatalf("%s: %s to %s (always %t, sometimes %t): %v, %+v\n%s", what, p.arn(), role.arn(), every, some, got.Reaches, got.ReachesIf, text)
	}
	switch {
	case got.ReachUnknown != "":
		bad(got.ReachUnknown)
	case sure && !every:
		bad("reported as always allowed")
	case every && fixed && !sure:
		bad("not reported as always allowed")
	case (some || p.kind == "role" && asSession) && !sure && at < 0:
		bad("not reported")
	case !some && fixed && at >= 0 && got.ReachesIf[at].Session == "":
		bad("reported with conditions, but unconditional")
	case at >= 0 && len(got.ReachesIf[at].Keys) == 0 && got.ReachesIf[at].Session == "":
		bad("reported without its conditions")
	}
	if at >= 0 {
		for _, key := range got.ReachesIf[at].Keys {
			if key != "aws:MultiFactorAuthPresent" && key != "aws:SecureTransport" {
				bad("key " + key)
			}
		}
		if got.ReachesIf[at].Session != "" && (got.ReachesIf[at].Session != "s1" || !asSession && fixed) {
			bad("session")
		}
	}
	switch {
	case every:
		return "always"
	case some:
		return "sometimes"
	case p.kind == "role" && asSession:
		return "as a session"
	}
	return "never"
}

// randomPrincipals returns principals in two accounts.
func randomPrincipals(r *rand.Rand) []simple {
	accounts := []string{id, "210987654321"}
	var all []simple
	for i := range 8 {
		p := simple{account: accounts[r.IntN(2)], kind: "role", name: fmt.Sprintf("p%d", i)}
		if i < 2 {
			p.kind = "user"
		}
		all = append(all, p)
	}
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	statement := func(who bool) said {
		s := said{Deny: r.IntN(6) == 0, Action: pick("sts:AssumeRole", "sts:*", "sts:AssumeRole", "s3:*")}
		if s.Resource = pick("*", all[r.IntN(len(all))].arn()); r.IntN(4) == 0 {
			s.MFA = pick("true", "false")
		}
		if r.IntN(6) == 0 {
			s.Org = pick("true", "false")
		}
		if r.IntN(5) == 0 {
			s.Like = pick("*", all[r.IntN(len(all))].arn())
		}
		if who {
			s.Resource = ""
			for range 1 + r.IntN(2) {
				p := &all[r.IntN(len(all))]
				s.Who = append(s.Who, pick(p.account, "arn:aws:iam::"+p.account+":root", p.arn(), p.arn(), "arn:aws:sts::"+p.account+":assumed-role/"+p.name+"/s1", "*"))
			}
		} else if r.IntN(3) == 0 {
			s.Action = "*"
		}
		return s
	}
	some := func(n int, who bool) []said {
		list := []said{}
		for range n {
			list = append(list, statement(who))
		}
		return list
	}
	for i := range all {
		p := &all[i]
		p.identity = some(1+r.IntN(2), false)
		if p.trust = some(1+r.IntN(2), true); i%2 == 0 || p.kind == "user" {
			p.boundary = some(1+r.IntN(2), false)
		}
	}
	return all
}

func inputsOf(t *testing.T, all []simple) (list []audit.Input) {
	t.Helper()
	var read authdetails.Reader
	for i := range all {
		p := &all[i]
		title := strings.ToUpper(p.kind[:1]) + p.kind[1:]
		entity := map[string]any{
			title + "Name": p.name, title + "Id": "AXXX" + p.name, "Path": "/", "Arn": p.arn(), title + "PolicyList": []any{map[string]any{"PolicyName": "i", "PolicyDocument": documentOf(p.identity)}},
		}
		if p.kind == "role" {
			entity["AssumeRolePolicyDocument"] = documentOf(p.trust)
		}
		page := map[string]any{title + "DetailList": []any{entity}}
		if p.boundary != nil {
			arn := "arn:aws:iam::" + p.account + ":policy/b-" + p.name
			entity["PermissionsBoundary"] = map[string]any{"PermissionsBoundaryArn": arn}
			page["Policies"] = []any{map[string]any{
				"PolicyName": "b-" + p.name, "Arn": arn, "DefaultVersionId": "v1",
				"PolicyVersionList": []any{map[string]any{"VersionId": "v1", "IsDefaultVersion": true, "Document": documentOf(p.boundary)}},
			}}
		}
		text, err := json.Marshal(page)
		if err != nil {
			t.Fatal(err)
		}
		if err := read.Read("state.json", bytes.NewReader(text)); err != nil {
			t.Fatal(err)
		}
	}
	for _, part := range read.Parts() {
		list = append(list, audit.Input{Details: part.Details, Sources: part.Sources, Partial: part.Partial})
	}
	return list
}
