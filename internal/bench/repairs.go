package main

import (
	"net/http"
	"time"

	"github.com/ringfence/ringfence/internal/bench/calls"
	"github.com/ringfence/ringfence/internal/bench/stub"
)

const (
	iamService = "iam"
	repairCall = "PutRolePermissionsBoundary"
)

// repairs returns the time at which each role's repair was done.
func (h handled) repairs() map[string]time.Time {
	done := map[string]time.Time{}
	for _, c := range h.calls {
		if _, again := done[c.Role]; c.Operation == repairCall && c.Status == http.StatusOK && !again {
			done[c.Role] = c.End
		}
	}
	return done
}

// iamUntilRepair counts the IAM calls that the repairs waited for, or could have waited for: those
// that name a role and began before its repair was done, and those that name no role and began
// before the last repair was done.
func (h handled) iamUntilRepair() calls.Count {
	done := h.repairs()
	var last time.Time
	for _, end := range done {
		if end.After(last) {
			last = end
		}
	}
	n := calls.Count{}
	for _, c := range h.calls {
		end, ok := done[c.Role]
		if !ok {
			end = last
		}
		if c.Service == iamService && c.Start.Before(end) {
			n[c.Operation]++
		}
	}
	return n
}

// seen returns the calls in the form for learning.
func seen(made []stub.Call) []calls.Seen {
	all := make([]calls.Seen, len(made))
	for i, c := range made {
		all[i] = calls.Seen{Operation: c.Operation, Bytes: c.Bytes, Start: c.Start, End: c.End}
	}
	return all
}

// counted counts the operations of the calls.
func counted(made []stub.Call) calls.Count {
	n := calls.Count{}
	for _, c := range made {
		n[c.Operation]++
	}
	return n
}
