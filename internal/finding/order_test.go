package finding

import "testing"

// Ensure that a new session name for each call does not make an actor several, and that a person
// stays one actor.
func TestWho(t *testing.T) {
	const sts = "arn:aws:sts::123456789012:assumed-role/"
	for _, c := range []struct {
		actor Actor
		want  string
	}{
		{Actor{ARN: sts + "deployer/run-1", Name: "AROA1:run-1"}, sts + "deployer"},
		{Actor{ARN: sts + "AWSReservedSSO_Admin_0123456789abcdef/sam@example.com"}, sts + "AWSReservedSSO_Admin_0123456789abcdef/sam@example.com"},
		{Actor{ARN: "arn:aws:iam::123456789012:user/dev/devon"}, "arn:aws:iam::123456789012:user/dev/devon"},
		{Actor{Name: "cloudformation.amazonaws.com", Type: "AWSService"}, "cloudformation.amazonaws.com"},
		{Actor{Type: "Root"}, "Root"},
		{Actor{}, ""},
	} {
		if got := c.actor.Who(); got != c.want {
			t.Errorf("%+v: %q, want %q", c.actor, got, c.want)
		}
	}
}

// Ensure that the opener of a finding is never guessed: it is the call that a record shows, or the
// call that the finding is about.
func TestOpener(t *testing.T) {
	devon := Call{Actor: Actor{Name: "devon"}, Event: Event{Name: "X"}}
	other := Call{Actor: Actor{Name: "other"}}
	for name, c := range map[string]struct {
		finding Finding
		want    string
	}{
		"shown by a record":         {Finding{Drift: Missing, OpenedBy: &devon, Actor: other.Actor, Cause: "event"}, "devon"},
		"only came by":              {Finding{Drift: Missing, Actor: devon.Actor, Cause: "event"}, ""},
		"tampered":                  {Finding{Drift: ControlTampered, Actor: devon.Actor, Cause: "event"}, "devon"},
		"withheld":                  {Finding{Drift: Withheld, Actor: devon.Actor, Cause: "event"}, "devon"},
		"policy changed":            {Finding{Drift: PolicyChanged, Actor: devon.Actor, Cause: "event"}, "devon"},
		"exempt changed":            {Finding{Drift: ExemptChanged, Actor: devon.Actor, Cause: "event", Principal: &Principal{}}, "devon"},
		"exempt changed, on a walk": {Finding{Drift: ExemptChanged, Actor: devon.Actor, Cause: "walk", Principal: &Principal{}}, ""},
		"a permission set":          {Finding{Drift: Protected, Actor: devon.Actor, Cause: "event"}, "devon"},
		"a role of one":             {Finding{Drift: Protected, Actor: devon.Actor, Cause: "event", Principal: &Principal{}}, ""},
		"moved":                     {Finding{Drift: Moved, Actor: devon.Actor, Cause: "event", Principal: &Principal{}}, ""},
	} {
		if got, known := c.finding.Opener(); known != (c.want != "") || known && got.Actor.Name != c.want {
			t.Errorf("%s: %+v, %v", name, got, known)
		}
	}
}

func TestRank(t *testing.T) {
	for i, s := range []Severity{Critical, High, Medium, Low, Info, "what"} {
		if s.Rank() != i {
			t.Errorf("%s: %d", s, s.Rank())
		}
	}
}
