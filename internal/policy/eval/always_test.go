package eval

import "testing"

// TestGetCallerIdentityIsAlwaysAllowed: no layer can deny the call, by an explicit Deny or by a missing
// Allow, to anybody but an anonymous caller. No other action of the service is like that.
//
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
func TestGetCallerIdentityIsAlwaysAllowed(t *testing.T) {
	none := statements(deny("*", "*"))
	for _, principal := range []string{user, role, session, fed, rootUser, "arn:aws:iam::444455556666:user/x"} {
		for name, s := range map[string]scene{
			"no policy":       {},
			"identity policy": {identity: []string{none}},
			"boundary":        {identity: []string{all}, boundary: []string{none}},
			"session policy":  {identity: []string{all}, session: []string{none}},
			"resource policy": {identity: []string{all}, policy: statements(deny("*", "*", to("*")))},
			"endpoint policy": {identity: []string{all}, endpoint: []string{statements(deny("*", "*", `"Principal":"*"`))}},
			"SCP":             {identity: []string{all}, scps: [][]string{{none}}},
			"RCP":             {identity: []string{all}, rcps: [][]string{{statements(deny("*", "*", `"Principal":"*"`))}}},
		} {
			s.principal, s.resource = principal, "*"
			for _, action := range []string{"sts:GetCallerIdentity", "STS:getcalleridentity"} {
				s.action = action
				d := s.evaluate(t)
				if d.Outcome != Allow || d.Uncertain || d.Place != nowhere || d.Layers[d.DecidedBy].Reason != AlwaysAllowed {
					t.Errorf("%s, %s, %s: %+v", principal, name, action, d)
				}
			}
			s.action = "sts:GetSessionToken"
			if d := s.evaluate(t); name == "SCP" && d.Outcome == Allow {
				t.Errorf("%s: %s allowed: %+v", principal, s.action, d)
			}
		}
	}
	if d := (scene{principal: "*", action: "sts:GetCallerIdentity", resource: "*"}).evaluate(t); d.Outcome == Allow {
		t.Error("an anonymous caller has no identity to get")
	}
}
