package acceptance

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/principal"
)

// accounts returns how many random accounts are tried. To try more:
//
//	RINGFENCE_ACCOUNTS=10000 go test ./internal/acceptance -run Stronger -timeout 2h
func accounts(t *testing.T) uint64 {
	text := os.Getenv("RINGFENCE_ACCOUNTS")
	if text == "" {
		return 80
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("RINGFENCE_ACCOUNTS: %v", err)
	}
	return n
}

// seen counts what the test saw, so that it cannot pass without seeing anything.
type seen map[string]int

// everything must be seen at least once.
var everything = []string{
	"changed", "stronger", "weaker", "missing", "replaced", "widened", "altered", "absent-policy", "exemption-expired",
	"equal", "narrower", "wider", "incomparable", "unproven", "givesUp", "reattach", "quarantine", "restore", "create-policy",
	"denies less",
}

// TestNoActionMakesAnybodyStronger passes events to Ringfence in random accounts. No principal may
// be able to do something after an event that it could not do before, unless a finding says so in
// givesUp.
func TestNoActionMakesAnybodyStronger(t *testing.T) {
	all := seen{}
	n := accounts(t)
	for seed := range n {
		checkAccount(t, seed, all)
		if t.Failed() {
			return
		}
	}
	t.Log(n, "accounts:", all)
	for _, what := range everything {
		if uint64(all[what]) < n/50 {
			t.Errorf("%s: seen %d times in %d accounts; the generator must produce it", what, all[what], n)
		}
	}
}

func FuzzNoActionMakesAnybodyStronger(f *testing.F) {
	f.Add(uint64(4183)) // the policy in force is narrower than approved, and denies less
	f.Fuzz(func(t *testing.T, seed uint64) { checkAccount(t, seed, seen{}) })
}

func checkAccount(t *testing.T, seed uint64, all seen) {
	g := generator{rand.New(rand.NewPCG(seed, 4))}
	s := g.account()
	w := newWorld(t, s.state, s.config)
	before := w.view()
	attempts := map[string]int{}
	check := func(messages [][]byte) {
		for len(messages) > 0 && !t.Failed() {
			m := messages[0]
			// A revision that only adds to an old repair says nothing about the current one.
			findings := slices.DeleteFunc(w.step(m), func(f finding.Finding) bool {
				n := attempts[f.ID]
				attempts[f.ID] = len(f.Attempts)
				return n > 0 && n == len(f.Attempts)
			})
			after := w.view()
			(&judge{g, t, before, after, findings, s.config, all}).check()
			if t.Failed() {
				t.Logf("seed %d\nmessage %s\nconfiguration %s\nstate %s", seed, m, s.config, s.state)
			}
			// The writes of Ringfence come back as events, and walks may continue.
			messages = append(append(messages[1:], w.queue...), w.take(w.followUps)...)
			w.queue, before = nil, after
		}
	}
	check(g.events(s))
	// Each repair is checked again, and so is each open finding.
	for _, later := range []time.Duration{time.Minute, 15 * time.Minute} {
		w.clock.Advance(later)
		check(w.take(w.followUps))
	}
}

// judge compares an account after an event with the account before.
type judge struct {
	generator
	t             *testing.T
	before, after *view
	findings      []finding.Finding
	config        files
	all           seen
}

// lifts is the text of a finding if an explicit Deny is lifted, which matters only for what a
// resource policy grants.
const lifts = "a resource policy can grant that now"

// notProven is the text of a finding if it is unknown what the repair gives up.
const notProven = "could not prove that the repair does not grant additional access"

func (j *judge) check() {
	for i := range j.findings {
		j.finding(&j.findings[i])
	}
	before, after := j.before.subjects(), j.after.subjects()
	for arn, is := range after {
		was := before[arn]
		switch {
		case was == nil:
			j.t.Errorf("%s did not exist before", arn)
		case !was.same(is):
			j.principal(was, is)
		}
		if was != nil && was.Boundary != is.Boundary && !slices.ContainsFunc(j.findings, func(f finding.Finding) bool {
			return f.Principal != nil && f.Principal.ARN == arn && f.Action.Writes() && f.Undo != ""
		}) {
			j.t.Errorf("the boundary of %s became %q, but no finding says so: %s", arn, is.Boundary, lines(j.findings))
		}
	}
	if len(before) != len(after) {
		j.t.Errorf("%d principals became %d", len(before), len(after))
	}
}

// principal checks a principal with changed policies or boundary.
func (j *judge) principal(was, is *subject) {
	j.all["changed"]++
	var stronger *request
	weaker := false
	for _, r := range j.requests(was, is) {
		could, can := was.can(j.before, r), is.can(j.after, r)
		weaker = weaker || could && !can
		if can && !could && (stronger == nil || stronger.grant != nobody) {
			stronger = &r
		}
	}
	if weaker {
		j.all["weaker"]++
	}
	if stronger == nil {
		return
	}
	j.all["stronger"]++
	if !slices.ContainsFunc(j.findings, func(f finding.Finding) bool { return j.excuses(f, was, *stronger) }) {
		j.t.Errorf("%s can do more than before, but no finding says so: %s\nbefore %s\nafter %s\nfindings %s",
			is.ARN(), stronger, was.texts, is.texts, lines(j.findings))
	}
}

// excuses reports whether a finding says that its repair gave the principal access.
func (j *judge) excuses(f finding.Finding, p *subject, gained request) bool {
	if f.Outcome != finding.Done {
		return false
	}
	attached := f.Principal == nil && slices.ContainsFunc(p.attached(), func(name string) bool {
		_, names, ok := strings.Cut(f.Reason, "it is attached to ")
		return ok && slices.Contains(strings.Split(names, ", "), name)
	})
	direct := gained.grant == theCaller || gained.grant == theIdentity && p.Kind == principal.User
	lifted := strings.Contains(f.Reason, lifts) && (direct || attached)
	if f.GivesUp == nil && !strings.Contains(f.Reason, notProven) && !lifted {
		return false
	}
	if f.Principal != nil {
		return f.Principal.ARN == p.ARN()
	}
	return attached || slices.Contains(f.Affects, p.ARN())
}

// finding checks what a finding says about the repair.
func (j *judge) finding(f *finding.Finding) {
	for _, what := range []string{string(f.Drift), f.Relation, string(f.Action)} {
		j.all[what]++
	}
	if strings.Contains(f.Reason, "does not explicitly deny") {
		j.all["denies less"]++
	}
	writes := f.Action == finding.Reattach || f.Action == finding.Restore
	if f.GivesUp != nil {
		j.all["givesUp"]++
		if !writes {
			j.t.Errorf("%s gives nothing up: %s", f.Action, line(*f))
		}
	}
	if writes && f.GivesUp == nil && f.Relation == string(compare.Unproven) && !strings.Contains(f.Reason, notProven) {
		j.t.Errorf("the finding does not say that it is unknown what the repair gives up: %s", line(*f))
	}
	if writes && f.Relation != "" && f.Relation != string(compare.Unproven) {
		loses := f.Relation == string(compare.Narrower) || f.Relation == string(compare.Incomparable)
		if loses != (f.GivesUp != nil) {
			j.t.Errorf("what the repair gives up does not match the relation: %s", line(*f))
		}
	}
	if writes && f.GivesUp != nil && f.Outcome == finding.Done {
		j.givesUp(f)
	}
	if f.Action == finding.Restore && f.Outcome == finding.Done {
		j.restored(f)
	}
	if f.Principal == nil && f.Required != "" && f.Drift != finding.AbsentPolicy { // no principal has a boundary that does not exist
		j.affects(f)
	}
}

// restored checks that a boundary policy again means what was approved, and that only the oldest
// version was deleted to make room.
func (j *judge) restored(f *finding.Finding) {
	was, _ := j.before.Policy(f.Required)
	is, _ := j.after.Policy(f.Required)
	live, _ := is.Default()
	approved := []byte(j.config[path.Base(f.Required)+".json"])
	if r, d := relation(live.Document, approved); r != compare.Equal || d != compare.Proven {
		j.t.Errorf("the policy is %s after it was restored, and denies %s: %s", r, d, line(*f))
	}
	left := map[string]bool{}
	for _, v := range is.Versions {
		left[v.ID] = true
	}
	oldest := true // of those that are not in force
	for _, v := range was.Versions {
		if !left[v.ID] && (!oldest || len(was.Versions) < 5) {
			j.t.Errorf("version %s of %d was deleted: %s", v.ID, len(was.Versions), line(*f))
		}
		oldest = oldest && v.ID == was.DefaultVersion
	}
}

// relation compares the text of two documents, by what they allow and what they deny explicitly.
func relation(a, b []byte) (compare.Relation, compare.Containment) {
	da, errA := policy.Parse(a)
	db, errB := policy.Parse(b)
	if errA != nil || errB != nil {
		return compare.Unproven, compare.Unknown
	}
	ca, cb := compare.Compile(da), compare.Compile(db)
	return compare.Compare(ca, cb).Relation, compare.Denies(ca, cb).Containment
}

// givesUp checks the request that a repair gives up: the document in force before forbade it, and
// the current one allows it, or would if it were as approved.
func (j *judge) givesUp(f *finding.Finding) {
	was := f.Required
	if f.Principal != nil {
		was = f.Attached
	}
	old, errOld := j.before.Document(was)
	current, err := j.after.Document(f.Required)
	if errOld != nil || err != nil {
		j.t.Fatal(errOld, err)
	}
	c := eval.NewContext(f.GivesUp.Context)
	allows := func(text []byte) bool {
		return j.before.policy(text).Alone(f.GivesUp.Action, f.GivesUp.Resource, &c).Outcome == eval.Allow
	}
	if f.Principal != nil && allows(old) && j.wasRestored(was) {
		// Its boundary policy was restored first: the repair replaced the restored document.
		if old, errOld = j.after.Document(was); errOld != nil {
			j.t.Fatal(errOld)
		}
	}
	approved := j.config[path.Base(f.Required)+".json"]
	if allows(old) || !allows(current) && !allows([]byte(approved)) {
		j.t.Errorf("allowed before: %v, after: %v; %s", allows(old), allows(current), line(*f))
	}
}

// wasRestored reports whether a boundary policy was restored in this step.
func (j *judge) wasRestored(arn string) bool {
	return slices.ContainsFunc(j.findings, func(f finding.Finding) bool {
		return f.Principal == nil && f.Required == arn && f.Action == finding.Restore && f.Outcome == finding.Done
	})
}

// affects checks the principals in a finding about a boundary policy.
func (j *judge) affects(f *finding.Finding) {
	var capped []string
	for i := range j.after.Principals {
		if p := &j.after.Principals[i]; p.Boundary == f.Required {
			capped = append(capped, p.ARN())
		}
	}
	for _, arn := range capped {
		if !slices.Contains(f.Affects, arn) {
			j.t.Errorf("%s has the policy but is not among the affected principals: %s", arn, line(*f))
		}
	}
}

func line(f finding.Finding) string {
	text, _ := json.Marshal(f)
	return string(text)
}

func lines(list []finding.Finding) string {
	var out []string
	for _, f := range list {
		out = append(out, line(f))
	}
	return strings.Join(out, "\n")
}

// The universe of requests, in addition to those made from what changed.
var (
	actions = []string{
		"s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:PutBucketPolicy", "s3:DeleteBucket", "dynamodb:GetItem", "dynamodb:DeleteTable",
		"sqs:SendMessage", "sns:Publish", "ec2:RunInstances", "ec2:DescribeInstances", "lambda:InvokeFunction", "lambda:UpdateFunctionCode",
		"kms:Decrypt", "iam:PassRole", "iam:CreateRole", "iam:PutRolePolicy", "iam:CreateUser", "iam:GetRole", "sts:GetFederationToken",
		"logs:DeleteLogGroup", "organizations:DescribeOrganization", "secretsmanager:GetSecretValue",
	}
	resources = []string{
		"*", "arn:aws:s3:::orders-1", "arn:aws:s3:::orders-1/x", "arn:aws:s3:::home/user0/x", "arn:aws:s3:::audit/x", "arn:aws:s3:::b",
		"arn:aws:dynamodb:eu-west-1:123456789012:table/orders", "arn:aws:lambda:eu-west-1:123456789012:function:orders-1",
		"arn:aws:iam::123456789012:role/dev/x", "arn:aws:iam::123456789012:role/x", "arn:aws:sqs:eu-west-1:123456789012:q",
	}
	contexts = map[string][]string{
		"aws:RequestedRegion":        {"eu-west-1", "us-east-1", "ap-south-1"},
		"aws:MultiFactorAuthPresent": {"true", "false"},
		"aws:SourceIp":               {"10.0.0.1", "198.51.100.7"},
		"aws:ResourceTag/team":       {"blue", "red"},
		"iam:PassedToService":        {"lambda.amazonaws.com", "ec2.amazonaws.com"},
		"iam:PermissionsBoundary":    {arnOf("policy", "team"), arnOf("policy", "dev")},
		"kms:ViaService":             {"s3.eu-west-1.amazonaws.com"},
	}
)

const sampled = 400

// requests returns random requests of the universe, and ones for which the documents before and
// after differ.
func (j *judge) requests(was, is *subject) []request {
	keys := slices.Sorted(maps.Keys(contexts))
	list := make([]request, 0, sampled+16)
	for range sampled {
		r := request{finding.Witness{Action: pick(j.generator, actions...), Resource: pick(j.generator, resources...), Context: map[string][]string{}}, j.grant()}
		for _, key := range keys {
			if !j.one(3) {
				r.Context[key] = []string{pick(j.generator, contexts[key]...)}
			}
		}
		list = append(list, r)
	}
	for _, a := range was.texts {
		for _, b := range is.texts {
			list = append(list, j.differences(a, b)...)
		}
	}
	for _, f := range j.findings {
		for _, w := range []*finding.Witness{f.Witness, f.GivesUp} {
			if w != nil {
				list = append(list, request{*w, nobody}, request{*w, theCaller})
			}
		}
	}
	return list
}

func (j *judge) grant() grant { return pick(j.generator, nobody, theAccount, theIdentity, theCaller) }

// differences returns requests that one of two documents allows.
func (j *judge) differences(a, b []byte) (list []request) {
	da, errA := policy.Parse(a)
	db, errB := policy.Parse(b)
	if errA != nil || errB != nil || string(a) == string(b) {
		return nil
	}
	r := compare.Compare(compare.Compile(da), compare.Compile(db))
	for _, w := range []*compare.Witness{r.ANotB, r.BNotA} {
		if w != nil {
			list = append(list, request{finding.Witness{Action: w.Action, Resource: w.Resource, Context: w.Context}, j.grant()})
		}
	}
	return list
}
