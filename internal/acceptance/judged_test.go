package acceptance

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/ringfence/ringfence/internal/assess"
	"github.com/ringfence/ringfence/internal/audit"
	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/boot/evaluating"
	"github.com/ringfence/ringfence/internal/boot/sweeping"
	"github.com/ringfence/ringfence/internal/configrule"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/handler"
	"github.com/ringfence/ringfence/internal/logs"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/prose"
	"github.com/ringfence/ringfence/internal/replay"
	"github.com/ringfence/ringfence/internal/target"
)

// hints returns events that make Ringfence judge every principal and boundary policy, and change
// nothing.
func (w *world) hints(d *authdetails.Details) (list [][]byte) {
	add := func(name string, parameters map[string]any) {
		list = append(list, eventIn(d.Partition, d.Account, fmt.Sprint("look-", len(list)), name, parameters))
	}
	for _, p := range d.Principals {
		if p.Kind == principal.User {
			add("UntagUser", map[string]any{"userName": p.Name, "tagKeys": []string{"none-such"}})
		} else {
			add("UntagRole", map[string]any{"roleName": p.Name, "tagKeys": []string{"none-such"}})
		}
	}
	for _, arn := range w.boundaries(d) {
		if _, there := d.Policy(arn); there {
			add("DeletePolicyVersion", map[string]any{"policyArn": arn, "versionId": "v99"})
		} else {
			add("DeletePolicy", map[string]any{"policyArn": arn})
		}
	}
	return list
}

// enforced returns the verdicts of the function enforce on every principal.
func enforced(t *testing.T, s scene) map[string]string {
	t.Helper()
	w, v := s.world(t), newVerdicts()
	d := w.details()
	for _, event := range w.hints(d) {
		for messages := [][]byte{event}; len(messages) > 0; messages = w.take(w.followUps) {
			for _, m := range messages {
				w.decided(v, m)
			}
		}
	}
	return v.of(d, w.boundaries(d))
}

// decided passes a message to the function enforce, and stores its verdicts.
func (w *world) decided(v verdicts, message []byte) {
	w.t.Helper()
	for _, d := range must[handler.Answer](w.t)(w.decide(message)).Decisions {
		if d.Principal != "" && d.Drift == finding.None {
			v.reasons[d.Principal] = d.Reason
		}
	}
	for _, f := range w.tell() {
		v.add(f)
	}
}

// replayed returns the verdicts of a replay that starts from the state.
func replayed(t *testing.T, s scene) map[string]string {
	t.Helper()
	w, v := s.world(t), newVerdicts()
	d := w.details()
	var records []logs.Record
	for _, event := range w.hints(d) {
		records = append(records, logs.Record{Raw: event})
	}
	_, err := replay.Run(t.Context(), logs.Of(records...), replay.Options{
		Settings: map[string]string{boot.EnvConfig: "ringfence.yaml", boot.EnvMode: "alert", boot.EnvControl: strings.Join(s.control, ",")},
		States:   []replay.State{{Source: "state", Data: s.state}}, Read: s.config.read,
	}, func(step replay.Step) error {
		for _, f := range step.Findings {
			v.first(f.Finding)
		}
		return step.Err
	})
	if err != nil {
		t.Fatal(err)
	}
	return v.of(d, w.boundaries(d))
}

// looked returns the verdict on each target, judged by itself.
func looked(t *testing.T, s scene) map[string]string {
	t.Helper()
	w, v := s.world(t), newVerdicts()
	d := w.details()
	look := &assess.Assessor{
		Config: w.cfg, Documents: new(exposure.Documents), Source: w.report.Reporter.Source.(assess.Source),
		Control: w.enforce.Reconciler.Control, Now: func() time.Time { return now }, Concurrency: 2,
	}
	var targets []target.Target
	for _, p := range d.Principals {
		targets = append(targets, target.OfPrincipal(p.Ref, ""))
	}
	for _, arn := range w.boundaries(d) {
		targets = append(targets, target.OfPolicy(d.Partition, d.Account, arn))
	}
	for _, one := range targets {
		verdict := look.Assess(t.Context(), []target.Target{one})[0]
		switch {
		case verdict.Err != nil:
			t.Errorf("%s: %v", one, verdict.Err)
		case verdict.Finding != nil:
			v.add(*verdict.Finding)
		case one.Kind == target.Principal:
			v.reasons[one.Ref.ARN()] = prose.Decision(verdict.Decision)
		}
	}
	return v.of(d, w.boundaries(d))
}

// swept returns what the function sweep passes on, in the words of the findings that enforce makes
// from it. With the override it may repair as much as the configuration says; it must pass on the
// same as it would hold back for exceeding the limit.
func swept(t *testing.T, s scene) map[string]string {
	t.Helper()
	w, v := s.world(t), newVerdicts()
	d := w.details()
	handed := map[string]bool{}
	for _, m := range w.swept(t, s, now.Add(time.Hour)) {
		handed[outsideOf(t, m)[0]] = true
		w.decided(v, m)
	}
	other := s.world(t)
	count := 0
	for _, m := range other.swept(t, s, time.Time{}) {
		for _, arn := range outsideOf(t, m) {
			if count++; !handed[arn] {
				t.Errorf("%s is held back, but with the override it is not passed on", arn)
			}
		}
	}
	if count != len(handed) {
		t.Errorf("%d are outside, but with the override %d", count, len(handed))
	}
	clear(v.reasons) // the sweep has no reasons
	for arn := range v.findings {
		if !handed[arn] {
			t.Errorf("enforce finds %s outside, but the sweep did not pass it on", arn)
		}
	}
	return v.of(d, w.boundaries(d))
}

// swept runs a sweep to its end, and returns what it passed on.
func (w *world) swept(t *testing.T, s scene, override time.Time) [][]byte {
	t.Helper()
	made := must[*sqs.CreateQueueOutput](t)(w.sqs.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("ringfence-sweep")}))
	env := maps.Clone(w.env)
	env[boot.EnvSweepQueue], env[boot.EnvMode] = *made.QueueUrl, ""
	if !override.IsZero() {
		env[boot.EnvSweepOverride] = override.Format(time.RFC3339)
	}
	h := must[*handler.Sweep](t)(sweeping.New(func(name string) string { return env[name] }, s.config.read, w.server.Client(), io.Discard, io.Discard))
	h.Clock.Set(now)
	h.Sweeper.Assessor.Source = w.report.Reporter.Source.(assess.Source) // which has no rate limit
	next := []byte(`{"sweep": {}}`)
	for range 20 {
		answer := must[any](t)(h.Handle(t.Context(), next)).(handler.SweepMessage)
		if answer.Sweep.Finished() {
			if answer.Sweep.Unjudged > 0 {
				t.Errorf("%d could not be judged", answer.Sweep.Unjudged)
			}
			w.clock.Advance(10 * time.Minute) // they are passed on with a delay
			return w.take(w.followUps)
		}
		next = must[[]byte](t)(json.Marshal(answer))
	}
	t.Fatal("the sweep does not end")
	return nil
}

// outsideOf returns the ARNs in a message of the sweep: those that it passes on, or all that it
// holds back.
func outsideOf(t *testing.T, message []byte) []string {
	t.Helper()
	var m struct{ Detail target.Work }
	if err := json.Unmarshal(message, &m); err != nil {
		t.Fatal(err)
	}
	switch about := m.Detail.Target; about.Kind {
	case target.Principal:
		return []string{about.Ref.ARN()}
	case target.Policy:
		return []string{about.ARN}
	default:
		if about.Held == nil {
			t.Fatalf("the sweep passes on %s", message)
		}
		return about.Held.Names
	}
}

// compliance returns the result that AWS Config must get.
func compliance(p *audit.Principal) string {
	switch p.State {
	case audit.Outside:
		return string(types.ComplianceTypeNonCompliant) + " " + string(p.Severity)
	case audit.Inside:
		return string(types.ComplianceTypeCompliant)
	}
	return string(types.ComplianceTypeNotApplicable)
}

// changed returns the results of the function configrule for each principal that AWS Config asks
// about.
func changed(t *testing.T, s scene) map[string]string {
	t.Helper()
	w := s.world(t)
	var asked []string
	for _, p := range w.details().Principals {
		asked = append(asked, fmt.Sprintf(`{"messageType": "ConfigurationItemChangeNotification", "configurationItem": {"configurationItemCaptureTime": %q,
			"configurationItemStatus": "OK", "awsAccountId": %q, "resourceType": %q, "resourceId": %q, "resourceName": %q, "ARN": %q}}`,
			now.Format(time.RFC3339), p.Account, map[principal.Kind]string{principal.Role: "AWS::IAM::Role", principal.User: "AWS::IAM::User"}[p.Kind], p.ID, p.Name, p.ARN()))
	}
	return w.evaluated(t, s, asked...)
}

// periodic returns its results for all principals.
func periodic(t *testing.T, s scene) map[string]string {
	t.Helper()
	w := s.world(t)
	return w.evaluated(t, s, fmt.Sprintf(`{"messageType": "ScheduledNotification", "awsAccountId": %q, "notificationCreationTime": %q}`, w.account, now.Format(time.RFC3339)))
}

// evaluated returns the results sent to AWS Config, by the principal's ARN.
func (w *world) evaluated(t *testing.T, s scene, invoking ...string) map[string]string {
	t.Helper()
	rule := must[*configrule.Rule](t)(evaluating.New(func(name string) string { return w.env[name] }, s.config.read, w.server.Client(), io.Discard))
	rule.Assessor.Now = func() time.Time { return now }
	for _, event := range invoking {
		input := must[[]byte](t)(json.Marshal(map[string]string{"resultToken": w.server.ConfigService.Token(), "accountId": w.account, "invokingEvent": event}))
		must[any](t)(rule.Handle(t.Context(), input))
	}
	arns, said := map[string]string{}, map[string]string{}
	for _, p := range w.details().Principals {
		arns[p.ID] = p.ARN()
	}
	for _, e := range w.server.ConfigService.Results() {
		word := string(e.ComplianceType)
		if severity, _, ok := strings.Cut(*e.Annotation, ": "); ok && e.ComplianceType == types.ComplianceTypeNonCompliant {
			word += " " + severity
		}
		said[arns[*e.ComplianceResourceId]] = word
	}
	return said
}
