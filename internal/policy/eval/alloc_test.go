package eval

import "testing"

// Ensure that an answer costs no memory, whichever way it goes.
func TestEvaluateDoesNotAllocate(t *testing.T) {
	identity, boundary, open := parse(t, benchIdentity), parse(t, benchBoundary), parse(t, public)
	policies := &Policies{
		Identity: []*Policy{identity}, Boundaries: []*Policy{boundary}, Resource: open,
		ServiceControl: [][]*Policy{{boundary}}, ResourceControl: [][]*Policy{{open}},
	}
	for _, action := range []string{"s3:GetObject", "S3:deleteObject", "iam:CreateUser", "sqs:SendMessage"} {
		request := benchRequest(t)
		request.Action = action
		if n := testing.AllocsPerRun(100, func() { Evaluate(policies, request) }); n != 0 {
			t.Errorf("%s: %v allocations", action, n)
		}
		if n := testing.AllocsPerRun(100, func() { boundary.Alone(action, "*", &request.Context) }); n != 0 {
			t.Errorf("%s alone: %v allocations", action, n)
		}
	}
}

// Ensure that compiled policies can be asked by many at once (see with -race).
func TestEvaluateConcurrently(t *testing.T) {
	policies := &Policies{Identity: []*Policy{parse(t, benchIdentity)}, Boundaries: []*Policy{parse(t, benchBoundary)}}
	request := benchRequest(t)
	done := make(chan Decision)
	for range 8 {
		go func() {
			d := Evaluate(policies, request)
			for range 200 {
				d = Evaluate(policies, request)
			}
			done <- d
		}()
	}
	for range 8 {
		if d := <-done; d.Outcome != Allow {
			t.Errorf("%+v", d)
		}
	}
}
