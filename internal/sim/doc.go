// Package sim is a deterministic simulation of Ringfence: an account in memory, an
// adversary, late and lost events, faults at every call, processes killed at every call,
// and a check afterwards that every promise was kept.
//
// One seed makes one story. Its steps are data, so that a story that breaks a promise is
// shrunk by leaving steps and faults out. Time is that of a synctest bubble, and the
// scheduler in [World.run] decides which of the waiting calls is answered next: the edges
// are the real ones (iamread, iamwrite, ledgerdb, queue, eventhistory), over clients that ask
// the scheduler instead of AWS.
//
//	adversary ─→ IAM ─→ events ─→ queue ─→ enforce ─→ IAM, ledger, queues
//	                                          report ─→ bus, topic, queues
//
// The promises:
//
//	(a) everybody in scope is inside, or a finding stands that was told
//	(b) what is exempt, protected or out of scope is never written to
//	(c) no principal is made stronger without a report
//	(d) each write is told by one finding; none tells of a write that was not made; exposures
//	    and openers are as it really was, or null
//	(e) no more writes than the adversary makes necessary, and few in a fight
//	(f) no message is lost, and each finding's latest revision reaches each sink once
//
// What nobody can know is no broken promise, and is counted as a race: a state that the
// adversary changed between a read, which may be stale, and the write that follows; a record
// of a name that another principal had.
//
// Run it with make sim, or one story with
//
//	go test ./internal/sim -run 'TestStory$' -seed 42 -v
//
// A story that breaks a promise is printed in its shortest form, with the command that tells
// just that again.
package sim
