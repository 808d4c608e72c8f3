package check

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/assess"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/iac"
	"github.com/ringfence/ringfence/internal/principal"
)

// secrets are the texts that files mark as sensitive. No report has them.
type secrets struct {
	// long are replaced wherever they occur, and words where they stand alone: a short word such as a
	// name of one letter is in most texts by chance.
	long  *strings.Replacer
	words map[string]bool
	// accounts are those that are known only from sensitive boundaries.
	accounts []string
}

const (
	// shortWord is the length up to which a secret is a word.
	shortWord = 5
	// longest is the length of the longest value that a report shows as it is. Documents are longer, and
	// what follows from one is hidden as a whole.
	longest = 2048
)

var word = regexp.MustCompile(`[\pL\pN]+`)

// secretsOf collects what files mark as sensitive.
// in are the accounts whose ids stand for [iac.NoAccount] in texts.
func secretsOf(plans []*iac.Plan, accounts, in []string) *secrets {
	s := &secrets{words: map[string]bool{}, accounts: accounts}
	var long []string
	add := func(text string) {
		switch {
		case !word.MatchString(text) || len(text) > longest:
		case len(text) <= shortWord && word.FindString(text) == text:
			s.words[text] = true
		default:
			long = append(long, text)
		}
	}
	value := func(values ...iac.Value) {
		for _, v := range values {
			if v.Sensitive {
				for _, literal := range v.Literals() {
					for _, account := range slices.Concat(in, []string{"${account}", iac.NoAccount}) {
						add(strings.ReplaceAll(literal, iac.NoAccount, account))
					}
					add(literal[strings.LastIndexByte(literal, '/')+1:]) // the name in an ARN
				}
			}
		}
	}
	for _, account := range accounts {
		add(account)
	}
	for _, plan := range plans {
		for _, text := range plan.Sensitive {
			add(text)
		}
		for i := range plan.Principals {
			p := &plan.Principals[i]
			value(p.Name, p.Path, p.Boundary)
			for _, tag := range p.Tags {
				value(tag)
			}
		}
		for i := range plan.Policies {
			value(plan.Policies[i].Name, plan.Policies[i].Path)
		}
	}
	slices.SortFunc(long, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	var pairs []string
	for _, text := range slices.Compact(long) {
		pairs = append(pairs, text, iac.Hidden)
	}
	s.long = strings.NewReplacer(pairs...)
	return s
}

// hide returns a text without what is sensitive.
func (s *secrets) hide(text string) string {
	text = s.long.Replace(text)
	if len(s.words) == 0 {
		return text
	}
	return word.ReplaceAllStringFunc(text, func(w string) string {
		if s.words[w] {
			return iac.Hidden
		}
		return w
	})
}

// account returns a text of the configuration without accounts that are sensitive.
func (s *secrets) account(text string) string {
	for _, account := range s.accounts {
		text = strings.ReplaceAll(text, account, iac.Hidden)
	}
	return text
}

// each changes each text of lists.
func each(hide func(string) string, lists ...finding.Strings) {
	for _, list := range lists {
		for i := range list {
			list[i] = hide(list[i])
		}
	}
}

// request returns a request without what is sensitive. Nothing is shown of one that follows from a
// sensitive document.
func (s *secrets) request(w *finding.Witness, document bool) *finding.Witness {
	switch {
	case w == nil:
		return nil
	case document:
		return &finding.Witness{Action: iac.Hidden, Resource: iac.Hidden, Context: map[string][]string{}}
	}
	out := &finding.Witness{Action: w.Action, Resource: s.hide(w.Resource), Context: make(map[string][]string, len(w.Context))}
	for key, values := range w.Context {
		for _, v := range values {
			out.Context[s.hide(key)] = append(out.Context[s.hide(key)], s.hide(v))
		}
	}
	return out
}

// because says why something is not shown.
const because = iac.Hidden + ", as a policy that decides has a value that is marked as sensitive"

// sensitive reports whether a document that decides about a principal is sensitive.
func (a *account) sensitive(p *iac.Principal, all []result) bool {
	boundary, _ := p.Boundary.Value()
	arns := []string{strings.ReplaceAll(boundary, iac.NoAccount, a.home.account)}
	for _, one := range all {
		arns = append(arns, one.verdict.Decision.Required)
	}
	for _, identity := range p.Identity {
		arns = append(arns, identity.ARN)
	}
	return p.IdentitySensitive || slices.ContainsFunc(arns, func(arn string) bool {
		policy := a.policies[strings.ToLower(arn)]
		return policy != nil && policy.Document.Sensitive
	})
}

// hide removes from the report on a principal what is sensitive. What the configuration requires is not, and
// an address is no value: Terraform refuses sensitive keys of for_each.
func (r *run) hide(out *Principal, p *iac.Principal, a *account, partial principal.Partial, all []result) {
	document := a.sensitive(p, all)
	if p.Name.Sensitive {
		partial.Name = principal.Known(iac.Hidden)
	}
	if p.Path.Sensitive {
		partial.Path = principal.Known("/" + iac.Hidden + "/")
	}
	out.ARN = r.secrets.hide(shown(arnOf(partial)))
	if p.Boundary.Sensitive && out.Attached != "" {
		out.Attached = iac.Hidden
	}
	out.Attached, out.AttachedUnknown = r.secrets.hide(out.Attached), r.secrets.hide(out.AttachedUnknown)
	out.Witness, out.Undenied = r.secrets.request(out.Witness, document), r.secrets.request(out.Undenied, document)
	out.Reason = r.secrets.hide(out.Reason)
	switch {
	case !document || out.Drift == finding.Missing:
	case out.State == assess.Outside:
		out.Reason = fmt.Sprintf("what it could do (%s, %s) is %s", out.Drift, cmp.Or(out.Relation, "not compared"), because)
	case slices.ContainsFunc(all, func(one result) bool { return one.verdict.Err != nil }):
		out.Reason = "it could not be assessed; the reason is " + because
	}
	out.Account, out.Required, out.Fix = r.secrets.account(out.Account), r.secrets.account(out.Required), r.secrets.account(out.Fix)
	each(r.secrets.hide, out.Notes)
}

// addPolicy adds the report on a policy, without what is sensitive.
func (r *run) addPolicy(out Policy, p *iac.Policy) {
	if p.Name.Sensitive || p.Path.Sensitive {
		out.ARN = iac.Hidden
	}
	out.ARN = r.secrets.hide(out.ARN)
	out.Witness = r.secrets.request(out.Witness, p.Document.Sensitive)
	out.Reason, out.Account = r.secrets.hide(out.Reason), r.secrets.account(out.Account)
	if p.Document.Sensitive && (out.State == off || out.State == unknown) {
		out.Reason = "the difference (" + cmp.Or(out.Relation, "not compared") + ") is " + because
	}
	r.report.Policies = append(r.report.Policies, out)
}
