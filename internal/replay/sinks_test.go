package replay

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/localaws"
)

// withSinks has the report function tell every sink that there is. Its clock follows the digests,
// so that none is waited for.
func (d *desk) withSinks() {
	_, report := build(d.t)
	env := maps.Clone(d.env)
	maps.Copy(env, map[string]string{boot.EnvSecurityHub: "true", boot.EnvOCSF: "true", boot.EnvClock: "event"})
	d.pair.report = d.start(report, env)
}

// onTheBus counts the events of each detail-type.
func (d *desk) onTheBus() map[string]int {
	all := map[string]int{}
	for _, e := range d.server.EventBridge.Published() {
		all[e.DetailType]++
	}
	return all
}

// mail has the digests sent that wait for their time.
func (d *desk) mail() {
	d.t.Helper()
	for _, body := range d.waiting(boot.LocalReport) {
		if strings.Contains(body, `"digest"`) {
			if _, err := d.pair.tell(d.t.Context(), json.RawMessage(body)); err != nil {
				d.t.Error(err)
			}
		}
	}
}

// Ensure that a Security Hub that is out of reach keeps nobody else from being told, that the
// finding reaches it later, once, and that it is archived there when it is resolved.
func TestASecurityHubThatIsDownHoldsUpNothing(t *testing.T) {
	d := newDesk(t)
	d.withSinks()
	d.role("app", "")
	allow := d.server.Inject(localaws.Fault{On: "iam:PutRolePermissionsBoundary", Do: localaws.Refuse{Status: 403, Code: "AccessDenied", Message: "no"}})
	up := d.server.Inject(localaws.Fault{On: "securityhub:*", Do: localaws.ServerError{Status: 503}})
	d.send(event("CreateRole", "app", 0))
	notices := d.queues.take(d.queues.report)
	if len(notices) != 1 {
		t.Fatalf("%d notices", len(notices))
	}
	told := func(want string) {
		t.Helper()
		_, err := d.pair.tell(t.Context(), notices[0])
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	for range 3 {
		told("to security-hub: ")
	}
	d.mail()
	bus := d.onTheBus()
	if mails := len(d.server.SNS.Published()); bus["Ringfence Finding"] != 1 || bus["OCSF Detection Finding"] != 1 || mails != 1 {
		t.Errorf("on the bus %v, %d mails", bus, mails)
	}
	if all := d.server.SecurityHub.Findings(); len(all) != 0 {
		t.Errorf("%d findings in Security Hub, which is down", len(all))
	}

	up()
	told("")
	told("")
	all := d.server.SecurityHub.Findings()
	if len(all) != 1 || d.server.SecurityHub.Imports() != 1 || *all[0].RecordState != "ACTIVE" || *all[0].Resources[0].Id != "arn:aws:iam::123456789012:role/app" {
		t.Fatalf("%d findings of %d imports: %+v", len(all), d.server.SecurityHub.Imports(), all)
	}
	id := *all[0].Id

	allow()
	d.send(event("TagRole", "app", 0))
	if f := d.told(); len(f) != 1 || !d.bounded("app") {
		t.Fatalf("%d findings, the role carries %q", len(f), d.carried("app"))
	}
	all = d.server.SecurityHub.Findings()
	if len(all) != 1 || *all[0].Id != id || *all[0].RecordState != "ARCHIVED" || *all[0].Compliance.Status != "PASSED" || d.server.SecurityHub.Imports() != 2 {
		t.Errorf("%d findings of %d imports: %+v", len(all), d.server.SecurityHub.Imports(), all)
	}
	if bus := d.onTheBus(); bus["Ringfence Finding"] != 2 || bus["OCSF Detection Finding"] != 2 {
		t.Errorf("on the bus %v", bus)
	}
}

// Ensure that a finding which Security Hub does not take is owed for itself alone, and that
// nothing goes where nobody asked for it.
func TestSinksAreOffUnlessAskedFor(t *testing.T) {
	d := newDesk(t)
	d.role("app", "")
	d.send(event("CreateRole", "app", 0))
	if f := d.told(); len(f) != 1 {
		t.Fatalf("%d findings", len(f))
	}
	if calls, bus := d.server.Calls()["securityhub:BatchImportFindings"], d.onTheBus(); calls != 0 || len(bus) != 1 || bus["Ringfence Finding"] != 1 {
		t.Errorf("%d calls of Security Hub, on the bus %v", calls, bus)
	}

	d.withSinks()
	d.role("refused", "")
	d.role("taken", "")
	refuse := d.server.Inject(localaws.Fault{On: "securityhub:*", Times: 1, Do: localaws.Refuse{Status: 400, Code: "InvalidInputException", Message: "no"}})
	defer refuse()
	d.send(event("CreateRole", "refused", 0), event("CreateRole", "taken", 0))
	notices := d.queues.take(d.queues.report)
	if len(notices) != 2 {
		t.Fatalf("%d notices", len(notices))
	}
	failed := 0
	for _, n := range notices {
		if _, err := d.pair.tell(t.Context(), n); err != nil {
			failed++
		}
	}
	if all := d.server.SecurityHub.Findings(); failed != 1 || len(all) != 1 || d.onTheBus()["Ringfence Finding"] != 3 {
		t.Errorf("%d of 2 notices failed, %d findings, on the bus %v", failed, len(all), d.onTheBus())
	}
	for _, n := range notices {
		if _, err := d.pair.tell(t.Context(), n); err != nil {
			t.Error(err)
		}
	}
	if all := d.server.SecurityHub.Findings(); len(all) != 2 || d.server.SecurityHub.Imports() != 2 {
		t.Errorf("%d findings of %d imports", len(all), d.server.SecurityHub.Imports())
	}
}
