package delegation

import (
	"maps"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/catalog"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// The condition keys that tell dangerous requests from others.
//
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html#awsidentityandaccessmanagementiam-policy-keys
const (
	boundaryKey = "iam:PermissionsBoundary"
	templateKey = "iam:RoleTemplateARN"
	attachedKey = "iam:PolicyARN"

	principalAccount = "aws:principalaccount"
	resourceAccount  = "aws:resourceaccount"
)

// danger is a set of dangerous requests of one action: on some resources, but not on others, under conditions. One on
// no resources is empty.
type danger struct {
	action string
	on     []string
	not    []string
	when   []policy.Condition
}

// is returns a condition.
func is(operator, key string, values ...string) policy.Condition {
	return policy.Condition{Operator: policy.ParseOperator(operator), Key: key, Values: values}
}

// document returns the document that allows the dangerous requests of the principals of an account. named are the
// condition keys that the policies ask about, in lower case.
func (d danger) document(named map[string]bool, account string) *policy.Document {
	action := policy.Patterns{Values: []string{d.action}}
	doc := &policy.Document{Version: policy.Version2012, Statements: []policy.Statement{{
		Effect: policy.Allow, Action: action, Resource: policy.Patterns{Values: d.on},
		Conditions: slices.Concat(d.when, present(d.action, named), d.accounts(named, account)),
	}}}
	if len(d.not) > 0 {
		doc.Statements = append(doc.Statements, policy.Statement{Effect: policy.Deny, Action: action, Resource: policy.Patterns{Values: d.not}})
	}
	return doc
}

// present are conditions that all requests for an action satisfy: they lack the keys that AWS documents for other
// actions only, and have the ARN of the policy that they attach or detach. Which resources have tags is not documented
// by action.
func present(action string, named map[string]bool) (list []policy.Condition) {
	a, ok := catalog.Lookup(action)
	if !ok {
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(named)) {
		listed := key
		if strings.HasPrefix(key, "aws:requesttag/") {
			listed = "aws:RequestTag/${TagKey}"
		}
		ofAction := strings.HasPrefix(key, "iam:") && !strings.HasPrefix(key, "iam:resourcetag/") || listed != key || key == "aws:tagkeys"
		switch {
		case !ofAction || !catalog.KnownKey(key):
		case !a.HasKey(listed):
			list = append(list, is("Null", key, "true"))
		case strings.EqualFold(key, attachedKey):
			list = append(list, is("Null", key, "false"))
		}
	}
	return list
}

// accounts are conditions on the account of the principal, who carries a boundary of the account or holds a policy
// there, and on that of the resource, where that is of IAM. The keys are there for all requests of principals, and for
// all actions but those that AWS lists, of which IAM and STS have none.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalaccount
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceaccount
func (d danger) accounts(named map[string]bool, account string) (list []policy.Condition) {
	if account == "" {
		return nil
	}
	if named[principalAccount] {
		list = append(list, is("StringEquals", principalAccount, account))
	}
	ofIAM := func(arn string) bool {
		fields := strings.SplitN(arn, ":", 6)
		return len(fields) == 6 && fields[4] == account
	}
	if named[resourceAccount] && len(d.on) > 0 && !slices.ContainsFunc(d.on, func(arn string) bool { return !ofIAM(arn) }) {
		list = append(list, is("StringEquals", resourceAccount, account))
	}
	return list
}

// keysIn are the condition keys, in lower case, that documents ask about.
func keysIn(layers [][]*policy.Document) map[string]bool {
	named := map[string]bool{}
	for _, d := range slices.Concat(layers...) {
		for i := range d.Statements {
			for key := range d.Statements[i].Keys(d.Version) {
				named[strings.ToLower(key)] = true
			}
		}
	}
	return named
}

// Place is a statement of the policies that were checked: the numbers of the policy in the first layer, and of the
// statement in the policy.
type Place struct{ Policy, Statement int }

// answer is what is known of a set of dangerous requests.
type answer struct {
	containment compare.Containment // proven: none of them is allowed
	witness     *compare.Witness
	place       Place
	reason      string
}

// asker answers for policies that are in force together.
type asker struct {
	layers []compare.Layer
	// relaxed are the layers without denials on resources of other services than IAM. They allow no less.
	relaxed []compare.Layer
	first   []*eval.Policy
	named   map[string]bool
	account string
}

// newAsker takes the layers of the policies. The first has those that grant. account is that of who holds them, empty
// if it is any.
func newAsker(account string, layers [][]*policy.Document) *asker {
	a := &asker{named: keysIn(layers), account: account}
	for n, documents := range layers {
		var full, relaxed compare.Layer
		for _, d := range documents {
			full, relaxed = append(full, compare.Compile(d)), append(relaxed, compare.Compile(relax(d)))
			if n == 0 {
				a.first = append(a.first, eval.Compile(d))
			}
		}
		a.layers, a.relaxed = append(a.layers, full), append(a.relaxed, relaxed)
	}
	return a
}

// relax returns a document without what it denies on resources of other services than IAM.
func relax(d *policy.Document) *policy.Document {
	out := &policy.Document{Version: d.Version}
	for _, s := range d.Statements {
		if s.Effect == policy.Deny && !s.Resource.Not {
			s.Resource.Values = slices.DeleteFunc(slices.Clone(s.Resource.Values), ofOtherService)
		}
		if s.Effect == policy.Allow || len(s.Resource.Values) > 0 {
			out.Statements = append(out.Statements, s)
		}
	}
	return out
}

// ofOtherService reports whether a resource pattern names another service than IAM.
func ofOtherService(pattern string) bool {
	fields := strings.SplitN(pattern, ":", 6)
	return len(fields) == 6 && fields[2] != "iam" && !strings.ContainsAny(fields[2], "*?$")
}

// nothing is what allows no request.
var nothing = compare.Side{Name: "nothing", Layers: []compare.Layer{{compare.Compile(&policy.Document{
	Version: policy.Version2012, Statements: []policy.Statement{{
		Effect: policy.Deny, Action: policy.Patterns{Values: []string{"*"}}, Resource: policy.Patterns{Values: []string{"*"}},
	}},
})}}}

// ask searches for a dangerous request that the policies allow. The relaxed ones come first: a proof for them is one for
// all, and takes less work.
func (a *asker) ask(d danger) answer {
	dangerous := compare.Layer{compare.Compile(d.document(a.named, a.account))}
	r := compare.CompareSides(policies(dangerous, a.relaxed), nothing)
	if r.AWithinB != compare.Proven && (r.ANotB == nil || !a.allows(r.ANotB)) {
		r = compare.CompareSides(policies(dangerous, a.layers), nothing)
	}
	out := answer{containment: r.AWithinB, witness: r.ANotB}
	switch _, why, ok := strings.Cut(r.Reason, "does not: "); {
	case r.ANotB != nil:
		out.place = a.place(r.ANotB)
	case ok:
		out.reason = why // what is searched for is known
	default:
		out.reason = r.Reason
	}
	return out
}

func policies(dangerous compare.Layer, layers []compare.Layer) compare.Side {
	return compare.Side{Name: "the policies", Layers: slices.Concat([]compare.Layer{dangerous}, layers)}
}

// allows asks package eval whether all layers allow a request for certain.
func (a *asker) allows(w *compare.Witness) bool {
	return !slices.ContainsFunc(a.layers, func(l compare.Layer) bool {
		allowed, certain := compare.Allows(w, l...)
		return !allowed || !certain
	})
}

// place returns the statement that grants a request.
func (a *asker) place(w *compare.Witness) Place {
	c := eval.NewContext(w.Context)
	for n, p := range a.first {
		if one := p.Alone(w.Action, w.Resource, &c); one.Outcome == eval.Allow {
			return Place{n, int(one.Statement)}
		}
	}
	return Place{-1, -1}
}
