package templatetest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/tamper"
	"github.com/ringfence/ringfence/internal/trail"
)

// names are all names and ARNs that the parts of the stack have.
func (s *stack) names() []string {
	s.t.Helper()
	names := []string{"default", "arn:aws:events:" + region + ":" + account + ":event-bus/default", name + "-outage", "alias/" + name, s.values["AWS::StackId"].(string), name}
	for id, r := range s.Resources {
		sh, ok := shapes[r.Type]
		if !ok || s.values[id] != nil && r.Type != "AWS::KMS::Key" {
			continue
		}
		names = append(names, fmt.Sprint(s.ref(id)))
		for attribute := range sh.attrs {
			names = append(names, s.attribute(id, attribute))
		}
	}
	for _, archive := range s.ofType("AWS::Events::Archive") {
		archive := fmt.Sprint(s.properties(archive)["ArchiveName"])
		names = append(names, archive, "arn:aws:events:"+region+":"+account+":archive/"+archive)
	}
	return append(names, s.ref("Topic").(string)+":a1b2c3d4-5678-90ab-cdef-11111EXAMPLE", name+"-findings",
		"/aws/lambda/"+name+"-enforce", s.attribute("Ledger", "Arn")+"/backup/01")
}

// at makes a record that has a value at a path such as requestParameters.muteTargets.alarmNames.
func at(path string, value any) map[string]any {
	parts := strings.Split(path, ".")
	for i := len(parts) - 1; i > 0; i-- {
		value = map[string]any{parts[i]: value}
	}
	return map[string]any{parts[0]: value}
}

// future is a call that does not exist yet.
const future = "ThatDoesNotExistYet"

// foreign reports whether a name is one that no call of a service takes there. A call that
// manages a key takes no alias for it.
// https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKey.html
func foreign(service, place, name string) bool {
	if service == "kms.amazonaws.com" {
		return strings.HasPrefix(name, "arn:") && !strings.Contains(name, ":kms:") ||
			strings.HasPrefix(name, "alias/") != (place == "requestParameters.aliasName")
	}
	bus := strings.HasSuffix(name, "event-bus/default")
	switch place {
	case "requestParameters.destination.arn", "requestParameters.eventBusName":
		return !bus
	case "requestParameters.resourceARN":
		return bus && service != "events.amazonaws.com" || strings.Contains(name, ":kms:")
	}
	// The others take no ARN of a bus, but for an archive that is made of it.
	return bus || strings.Contains(name, ":kms:")
}

// Whatever call is made on a part, known or not yet known, wherever its record names the part
// and in whatever form: what the code would tell of reaches the code, and each place counts.
func TestEveryCallOnAPartReachesTheCode(t *testing.T) {
	s := full(t)
	own := s.settings("Enforce").Control
	rules, names := s.rules(), s.names()
	delete(rules, "ChangesRule")
	for i, n := range names { // the id that the patterns have
		names[i] = strings.Replace(n, "key/Key", "key/"+s.values["Key"].(string), 1)
	}
	ours, err := tamper.Parse("arn:aws:kms:" + region + ":" + account + ":key/" + s.values["Key"].(string))
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	for _, service := range trail.ControlServices() {
		for _, place := range trail.ControlPlaces(service) {
			if elsewhere[place] {
				continue
			}
			counts := false
			for _, call := range append(tamper.Reviewed(service), future) {
				seen := false
				for _, n := range append(names, s.values["Key"].(string)) {
					if seen && call != future || foreign(service, place, n) {
						continue
					}
					record := at(place, n)
					record["eventSource"], record["eventName"], record["eventCategory"], record["readOnly"] = service, call, "Management", false
					record["eventID"], record["eventTime"], record["awsRegion"], record["recipientAccountId"] = "e", "2026-03-02T12:00:00Z", region, account
					text, err := json.Marshal(record)
					if err != nil {
						t.Fatal(err)
					}
					change, err := trail.Parse(text)
					if err != nil {
						t.Fatal(err)
					}
					touch, touched := own.Affected(change)
					if !touched {
						touch, touched = ours.Affected(change)
					}
					if !touched || touch.Unsure {
						continue
					}
					calls++
					counts, seen = true, true
					matched := false
					for _, p := range rules {
						matched = matched || s.matches(p, envelope(t, text))
					}
					if !matched {
						t.Errorf("%s of %s with %q at %s is on a part, and no rule lets it through", call, service, n, place)
					}
				}
			}
			if !counts {
				t.Errorf("%s: nothing at %s is ever a part", service, place)
			}
		}
	}
	t.Logf("%d calls", calls)
}

// elsewhere are the places where no name of a part stands: they only tell somebody else's
// resources apart.
// Nor has a recorder of AWS Config the name of one: the calls on it are selected by theirs.
var elsewhere = map[string]bool{
	"requestParameters.uUID": true, "requestParameters.eventDataStore": true,
	"requestParameters.configurationRecorderName": true, "requestParameters.configurationRecorder.name": true,
}
