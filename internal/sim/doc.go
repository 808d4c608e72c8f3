// Package sim is a deterministic simulation of Ringfence: an account in memory, an adversary, late
// and lost events, faults at every call, processes killed at every call, and a final check of
// every promise.
//
// One seed makes one story. Its steps are data, so a story that breaks a promise can be shrunk by
// removing steps and faults. Time is that of a synctest bubble. The scheduler in [World.run]
// decides which waiting call is answered next: the edges are the real ones (iamread, iamwrite,
// ledgerdb, queue, eventhistory), with clients that call the scheduler instead of AWS.
//
//	adversary ─→ IAM ─→ events ─→ queue ─→ enforce ─→ IAM, ledger, queues
//	                                          report ─→ bus, topic, queues
//
// The promises:
//
//	(a) every principal in scope is inside, or an open finding was reported
//	(b) what is exempt, protected or out of scope is never written to
//	(c) no principal is made stronger without a report
//	(d) each write is reported by one finding, and no finding reports a write that was not made;
//	    exposures and openers are true, or null
//	(e) no more writes than the adversary makes necessary, and few in a fight
//	(f) no message is lost, and each finding's latest revision reaches each sink once
//
// What cannot be known does not break a promise, and is counted as a race: a state that the
// adversary changed between a read, which may be stale, and the write that follows; a record of a
// name that another principal had.
//
// Run it with make sim, or one story with
//
//	go test ./internal/sim -run 'TestStory$' -seed 42 -v
//
// A story that breaks a promise is printed in its shortest form, with the command that repeats it.
package sim
