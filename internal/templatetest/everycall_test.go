package templatetest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/tamper"
	"github.com/ringfence/ringfence/internal/trail"
)

// names returns all names and ARNs of the stack's parts.
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

// at returns a record with a value at a path such as requestParameters.muteTargets.alarmNames.
func at(path string, value any) map[string]any {
	parts := strings.Split(path, ".")
	for i := len(parts) - 1; i > 0; i-- {
		value = map[string]any{parts[i]: value}
	}
	return map[string]any{parts[0]: value}
}

// future is a call that does not exist yet.
const future = "ThatDoesNotExistYet"

// foreign reports whether no call of a service accepts a name there. A call that manages a key
// accepts no alias.
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
	// The others accept no ARN of a bus, except for an archive made from it.
	return bus || strings.Contains(name, ":kms:")
}

// Every call on a part, even a future one, reaches the code, wherever and in whatever form its
// record names the part. Each place counts.
func TestEveryCallOnAPartReachesTheCode(t *testing.T) {
	s := full(t)
	own := s.settings("Enforce").Control
	rules, names := s.rules(), s.names()
	delete(rules, "ChangesRule")
	for i, n := range names { // the id in the patterns
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
						t.Errorf("%s of %s with %q at %s is on a part, but no rule matches it", call, service, n, place)
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

// elsewhere are the places without names of parts: they only identify other principals' resources.
// A recorder of AWS Config has no name of a part either: calls on it are selected by their name.
var elsewhere = map[string]bool{
	"requestParameters.uUID": true, "requestParameters.eventDataStore": true,
	"requestParameters.configurationRecorderName": true, "requestParameters.configurationRecorder.name": true,
}
