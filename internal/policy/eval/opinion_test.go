package eval

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/awsowned"
	"github.com/ringfence/ringfence/internal/policy/catalog"
	"github.com/ringfence/ringfence/internal/wildcard"
)

// opinions is how many requests both evaluators are asked about.
const opinions = 10_000

// TestSecondOpinion asks iam-simulate, an independent evaluator, about random requests over real documents
// and those of this project. Where the answers differ, a page of AWS's documentation decides, which a rule
// of this test names. A difference that no rule explains fails the test.
//
// .ci/second-opinion installs it. The test skips where it is not on the PATH.
func TestSecondOpinion(t *testing.T) {
	if testing.Short() {
		t.Skip("it asks about thousands of requests")
	}
	path, err := exec.LookPath("iam-simulate")
	if err != nil {
		t.Skip("iam-simulate is not on the PATH: .ci/second-opinion installs it")
	}
	w := newOpinionWorld(t)
	cases := make([]*opinionCase, opinions)
	var questions bytes.Buffer
	for i := range cases {
		cases[i] = w.request(uint64(i))
		questions.Write(cases[i].question(t))
		questions.WriteByte('\n')
	}
	cmd := exec.CommandContext(t.Context(), path)
	cmd.Stdin, cmd.Stderr = &questions, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("iam-simulate: %v", err)
	}
	answers := bufio.NewScanner(bytes.NewReader(out))
	answers.Buffer(nil, 1<<20)
	counts, refused := map[string]int{}, map[string]int{}
	for i, c := range cases {
		if !answers.Scan() {
			t.Fatalf("%d answers", i)
		}
		var theirs opinion
		if err := json.Unmarshal(answers.Bytes(), &theirs); err != nil {
			t.Fatal(err)
		}
		if theirs.Error != "" {
			refused[theirs.kind()]++
			continue
		}
		c.forget(theirs.Ignored)
		ours := Evaluate(c.policies, &c.asked)
		said := outcomes[ours.Outcome]
		counts["answers of "+said]++
		if said == theirs.Result {
			counts["agreements"]++
			continue
		}
		rule := c.explained(&ours, &theirs)
		if counts[rule]++; rule == "" && counts[rule] <= 10 {
			t.Errorf("request %d: we say %s (%s), they say %s (keys ignored: %v)\n%s", i, said, ours.DecidedBy, theirs.Result, theirs.Ignored, c.question(t))
		}
	}
	for _, what := range slices.Sorted(maps.Keys(counts)) {
		t.Logf("%6d  %s", counts[what], what)
	}
	t.Log("not answered:", refused)
	if counts["agreements"] < opinions*8/10 {
		t.Errorf("only %d agreements", counts["agreements"])
	}
	for _, what := range []string{"answers of Allowed", "answers of ExplicitlyDenied", "answers of ImplicitlyDenied"} {
		if counts[what] < opinions/20 {
			t.Errorf("only %d %s: the requests are no good", counts[what], what)
		}
	}
}

// opinion is an answer of iam-simulate.
type opinion struct {
	Result, Error string
	// Ignored are the condition keys that it left out, because it knows that no such request has them.
	Ignored []string
}

// kind is why it does not answer, without the details.
func (o *opinion) kind() string {
	var e struct{ Message string }
	if json.Unmarshal([]byte(o.Error), &e) == nil && e.Message != "" {
		return e.Message
	}
	return o.Error
}

// explained is the rule that explains a difference, with the page of AWS that decides; "" if none does.
func (c *opinionCase) explained(ours *Decision, theirs *opinion) string {
	if r, ok := awsowned.Refused(c.asked.Action, c.asked.Resource); ok && ours.Outcome == Allow {
		return "AWS refuses the call, and policies allow it: " + r.Page
	}
	same := func(d *Decision) bool {
		// Both deny: they name a missing Allow first in some layers. An explicit Deny overrides.
		return outcomes[d.Outcome] == theirs.Result || d.Outcome == ExplicitDeny && theirs.Result == outcomes[ImplicitDeny] &&
			slices.ContainsFunc(d.Layers[:], func(a LayerAnswer) bool { return a.Reason == NoAllow })
	}
	if same(ours) {
		return "one layer denies and another one does not allow, and the Deny counts: " + guide + "reference_policies_evaluation-logic_policy-eval-denyallow.html"
	}
	if c.policies.Resource == nil && ours.DecidedBy == ResourcePolicy && c.asked.mustAllow() {
		return "a role or key without its own policy can be used by nobody, and they take its policy for one that leaves it to the account: " + guide + "id_roles_terms-and-concepts.html"
	}
	for _, rule := range opinionRules {
		if d := c.reread(rule); same(&d) {
			return rule.name + ": " + rule.page
		}
	}
	if d := c.reread(opinionRules...); same(&d) {
		return "several of these rules together"
	}
	return ""
}

// outcomes are the outcomes as they name them.
var outcomes = map[Outcome]string{Allow: "Allowed", ExplicitDeny: "ExplicitlyDenied", ImplicitDeny: "ImplicitlyDenied"}

// forget takes condition keys out of the request that no such request has.
//
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
func (c *opinionCase) forget(keys []string) {
	maps.DeleteFunc(c.context, func(key string, _ []string) bool {
		return slices.ContainsFunc(keys, func(k string) bool { return strings.EqualFold(k, key) })
	})
	c.asked.Context = NewContext(c.context)
}

// opinionCase is one request with its policies.
type opinionCase struct {
	asked    Request
	context  map[string][]string
	policies *Policies
	account  string
}

// question is the case as iam-simulate reads it.
func (c *opinionCase) question(t *testing.T) []byte {
	t.Helper()
	type named struct {
		Name   string          `json:"name"`
		Policy json.RawMessage `json:"policy"`
	}
	type level struct {
		ID       string  `json:"orgIdentifier"`
		Policies []named `json:"policies"`
	}
	list := func(policies []*Policy) []named {
		out := []named{}
		for i, p := range policies {
			out = append(out, named{fmt.Sprint("p", i), printed(p)})
		}
		return out
	}
	context := map[string]any{}
	for key, values := range c.context {
		context[key] = values
		if catalog.ValuesOf(key).Number != catalog.Multivalued {
			context[key] = values[0]
		}
	}
	q := map[string]any{
		"request": map[string]any{
			"principal": c.asked.Principal.ARN, "action": c.asked.Action,
			"resource":         map[string]string{"resource": c.asked.Resource, "accountId": c.account},
			"contextVariables": context,
		},
		"identityPolicies": list(c.policies.Identity), "serviceControlPolicies": []level{}, "resourceControlPolicies": []level{},
	}
	for i, l := range c.policies.ServiceControl {
		q["serviceControlPolicies"] = append(q["serviceControlPolicies"].([]level), level{fmt.Sprint("ou-", i), list(l)})
	}
	if len(c.policies.Boundaries) > 0 {
		q["permissionBoundaryPolicies"] = list(c.policies.Boundaries)
	}
	if len(c.policies.Endpoint) > 0 {
		q["vpcEndpointPolicies"] = list(c.policies.Endpoint)
	}
	if len(c.policies.Session) > 0 {
		q["sessionPolicy"] = printed(c.policies.Session[0])
	}
	if c.policies.Resource != nil {
		q["resourcePolicy"] = printed(c.policies.Resource)
	}
	text, err := json.Marshal(q)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func printed(p *Policy) json.RawMessage { return json.RawMessage(p.Document.String()) }

// opinionWorld is what requests are made of.
type opinionWorld struct {
	identity, resource []*Policy
	actions            []catalog.Action
}

func newOpinionWorld(t *testing.T) *opinionWorld {
	t.Helper()
	w, seen := &opinionWorld{}, map[string]bool{}
	for _, root := range []string{"../../../../shared/corpus", "../../../infra", "../../../events", "../compare/testdata"} {
		if _, err := os.Stat(root); err != nil {
			t.Logf("%s is not here", root)
			continue
		}
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".json" {
				return err
			}
			text, err := os.ReadFile(path)
			var value any
			if err == nil && json.Unmarshal(text, &value) == nil {
				w.collect(value, seen)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range catalog.Services() {
		w.actions = append(w.actions, catalog.Actions(name)...)
	}
	t.Logf("%d identity policies, %d resource policies", len(w.identity), len(w.resource))
	return w
}

// collect finds the documents in a value of JSON, also those in its strings.
func (w *opinionWorld) collect(value any, seen map[string]bool) {
	switch v := value.(type) {
	case []any:
		for _, x := range v {
			w.collect(x, seen)
		}
	case string:
		if strings.Contains(v, "Statement") {
			var inner any
			if text, err := policy.Decode(v); err == nil && json.Unmarshal([]byte(text), &inner) == nil {
				w.collect(inner, seen)
			}
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			w.collect(v[key], seen)
		}
		if _, ok := v["Statement"]; !ok {
			return
		}
		text, err := json.Marshal(v)
		if err != nil || seen[string(text)] {
			return
		}
		seen[string(text)] = true
		d, err := policy.Parse(text)
		switch {
		case err != nil:
		case d.Validate(policy.IdentityPolicy) == nil:
			w.identity = append(w.identity, Compile(d))
		case d.Validate(policy.ResourcePolicy) == nil:
			w.resource = append(w.resource, Compile(d))
		}
	}
}

// request makes a random request, and the policies for it.
func (w *opinionWorld) request(seed uint64) *opinionCase {
	r := rand.New(rand.NewPCG(seed, 20))
	one := func(list []*Policy) *Policy { return list[r.IntN(len(list))] }
	some := func(odds int) bool { return r.IntN(odds) == 0 }
	c := &opinionCase{policies: &Policies{Identity: []*Policy{one(w.identity)}}, context: map[string][]string{}, account: account}
	p := c.policies
	all := slices.Clone(p.Identity)
	add := func(list *[]*Policy, q *Policy) { *list, all = append(*list, q), append(all, q) }
	if some(2) {
		add(&p.Identity, one(w.identity))
	}
	if some(3) {
		add(&p.Boundaries, one(w.identity))
	}
	if some(6) {
		q := one(w.identity)
		p.ServiceControl, all = [][]*Policy{{q}}, append(all, q)
	}
	who := user
	if some(2) {
		if who = session; some(4) {
			add(&p.Session, one(w.identity))
		}
	}
	if some(4) && len(w.resource) > 0 {
		p.Resource = one(w.resource)
		all = append(all, p.Resource)
	}
	if some(8) && len(w.resource) > 0 {
		add(&p.Endpoint, one(w.resource))
	}
	c.asked.Principal, _ = ParsePrincipal(who)
	c.asked.Principal.UserID = "AIDAEXAMPLE"
	if who == session {
		c.asked.Principal.UserID, c.asked.Principal.Identity, c.asked.Principal.PathKnown = "AROAEXAMPLE:s1", role, true
	}
	action := w.action(r, all)
	c.asked.Action, c.asked.Resource = action.String(), concrete(r, resourceFor(r, action, all))
	c.asked.ResourceAccount = account
	for _, q := range all {
		for i := range q.Document.Statements {
			for j := range q.Document.Statements[i].Conditions {
				c.key(r, &q.Document.Statements[i].Conditions[j])
			}
		}
	}
	// What follows from the request is given, so that both know the same.
	c.asked.Context = NewContext(c.context)
	for _, key := range []string{"aws:PrincipalArn", "aws:PrincipalAccount", "aws:PrincipalType", "aws:userid", "aws:username", "aws:PrincipalIsAWSService", "aws:ResourceAccount"} {
		delete(c.context, key)
	}
	c.asked.Context = NewContext(c.context)
	for _, key := range []string{"aws:PrincipalArn", "aws:PrincipalAccount", "aws:PrincipalType", "aws:userid", "aws:username", "aws:PrincipalIsAWSService", "aws:ResourceAccount"} {
		if values := c.asked.Values(key); len(values) > 0 {
			c.context[key] = values
		}
	}
	c.asked.Context = NewContext(c.context)
	return c
}

// action is one that a statement of the policies names, or any.
func (w *opinionWorld) action(r *rand.Rand, all []*Policy) catalog.Action {
	for range 20 {
		statements := all[r.IntN(len(all))].statements
		s := &statements[r.IntN(len(statements))]
		glob := &s.actions[r.IntN(len(s.actions))]
		from := r.IntN(len(w.actions))
		for i := range w.actions {
			a := w.actions[(from+i)%len(w.actions)]
			if e := (env{action: a.String(), head: head(a.String())}); glob.covers(&e) {
				return a
			}
		}
	}
	return w.actions[r.IntN(len(w.actions))]
}

// resourceFor is a resource that the action takes: one of a statement, or any of its kind.
func resourceFor(r *rand.Rand, action catalog.Action, all []*Policy) string {
	kinds := action.Resources()
	if len(kinds) == 0 {
		return "*"
	}
	kind := kinds[r.IntN(len(kinds))]
	takes := compilePattern(policy.ParsePattern, kind, policy.Version2008)
	var fit []string
	for _, p := range all {
		for _, s := range p.Document.Statements {
			for _, value := range s.Resource.Values {
				if arn := concrete(r, value); takes.Match(arn, wildcard.Options{}) {
					fit = append(fit, arn)
				}
			}
		}
	}
	if len(fit) > 0 && r.IntN(4) > 0 {
		return fit[r.IntN(len(fit))]
	}
	return kind
}

// concrete puts text in the place of wildcards and variables.
func concrete(r *rand.Rand, pattern string) string {
	if pattern == "*" {
		return pattern
	}
	fields := strings.SplitN(pattern, ":", 6)
	for i, field := range fields {
		fill := [...]string{"arn", "aws", "s3", "eu-west-1", account, []string{"x", "orders", "team-a"}[r.IntN(3)]}[min(i, 5)]
		var b strings.Builder
		for _, token := range policy.ParsePattern(field, policy.Version2012).Tokens {
			switch token.Kind {
			case wildcard.Literal:
				b.WriteString(token.Text)
			case wildcard.AnyOne:
				b.WriteString("1")
			default:
				b.WriteString(fill)
			}
		}
		fields[i] = b.String()
	}
	return strings.Join(fields, ":")
}

// anotherValue is a value that no condition of the documents asks for, by the type of its key.
var anotherValue = map[catalog.Type]string{
	catalog.AnyType: "other", catalog.String: "other", catalog.ARN: "arn:aws:iam::444455556666:role/other", catalog.Bool: "false",
	catalog.Numeric: "77", catalog.Date: "2020-02-02T00:00:00Z", catalog.IPAddress: "192.0.2.77",
}

// key gives a condition key values, mostly some of those that a condition asks for.
func (c *opinionCase) key(r *rand.Rand, k *policy.Condition) {
	if _, ok := c.context[k.Key]; ok || r.IntN(3) == 0 {
		return
	}
	value := func() string {
		v := k.Values[r.IntN(len(k.Values))]
		if k.Operator.Base == policy.Null || r.IntN(4) == 0 {
			v = anotherValue[catalog.ValuesOf(k.Key).Type]
		}
		var b strings.Builder
		for _, token := range policy.ParsePattern(v, policy.Version2012).Tokens {
			switch token.Kind {
			case wildcard.Literal:
				b.WriteString(token.Text)
			default:
				b.WriteString("1")
			}
		}
		if network, ok := policy.ParsePrefix(b.String()); ok {
			return network.Addr().String()
		}
		return b.String()
	}
	values := []string{value()}
	if catalog.ValuesOf(k.Key).Number == catalog.Multivalued && r.IntN(2) == 0 {
		values = append(values, value())
	}
	c.context[k.Key] = values
}
