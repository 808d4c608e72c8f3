package tamper

// effect is what a call can do to the control, and what makes it good, in the words of a
// finding. Some of the calls also do good or nothing at all: the record does not tell for
// sure, and a false "harmless" costs more than a look at the stack.
type effect struct{ does, remedy string }

// What CloudFormation is not told of it does not undo: deploying a template that has not
// changed leaves everything as it is.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html
const (
	backToTemplate = "back to what the template says (a deployment without changes does not do that)"
	asInTemplate   = "bring it " + backToTemplate
	enableTrail    = "have a trail log all writes to IAM again"
	enableKey      = "enable the key again, or cancel its deletion"
	trusted        = "deploy the version that you trust"
)

var (
	blind        = effect{"without this rule no event reaches the queue", asInTemplate}
	unsent       = effect{"events may no longer go where Ringfence looks for them", asInTemplate}
	bus          = effect{"events may no longer reach the rules, or others may put their own on the bus", "bring the account's event bus back to how it was: it has no key of its own and lets nobody else in, unless you decided otherwise"}
	archived     = effect{"events of the past may not be replayed after an outage any more", asInTemplate}
	flooded      = effect{"events of the past reach the rules again, perhaps so many that new ones wait behind them", "cancel the replay unless it is yours"}
	unplayed     = effect{"events that were to be replayed after an outage are not", "start the replay again"}
	replaced     = effect{"another program may run in its place, or none", trusted}
	gone         = effect{"nothing looks at what changes in IAM any more", trusted}
	throttled    = effect{"it may run too seldom, or never", asInTemplate}
	opened       = effect{"others may call it, or its callers may not", asInTemplate}
	diverted     = effect{"events may be taken away from Ringfence, or no longer brought to it", asInTemplate}
	unjudged     = effect{"AWS Config may no longer show who is outside its boundary", asInTemplate}
	unrecorded   = effect{"AWS Config may no longer see what becomes of users and roles, and not show who is outside its boundary", "have AWS Config record users and roles again"}
	emptied      = effect{"the events that waited there are lost", "replay the archive from before that time"}
	removed      = effect{"the queue is gone, and with it the events that waited there", asInTemplate}
	queue        = effect{"events may be kept out of the queue, or thrown away in it", asInTemplate}
	moved        = effect{"messages are moved from one queue to another: dead letters may be taken away, or forged messages put in", "see where the messages went, and move them back"}
	forgotten    = effect{"what is open, what was done and what is still to be told may be lost, or be changed by others", "bring it back to what the template says, and restore from a backup what it lost"}
	copied       = effect{"others may read what Ringfence found and did", "remove the copy unless you asked for it"}
	uncanaried   = effect{"the canaries, or the comparison with the template, may stop", asInTemplate}
	muted        = effect{"findings and alarms may no longer reach anybody", asInTemplate}
	listening    = effect{"one more recipient may get findings and alarms", "remove the subscription unless you asked for it"}
	unsubscribed = effect{"somebody may get fewer findings, or none", "subscribe again"}
	trailOff     = effect{"EventBridge has no events without the trail, and Ringfence none to look at", enableTrail}
	keyOff       = effect{"queues and topic cannot be read or written without their key", enableKey}
	keyClosed    = effect{"queues and topic may no longer be read or written", asInTemplate}
	granted      = effect{"others may use the key of queues, topic and ledger, or the ledger may no longer use it", asInTemplate}
	keyNamed     = effect{"policies that go by aliases may let others use the key, or may guard another key or none", asInTemplate}
	unwatched    = effect{"nobody is told when Ringfence itself stops working", asInTemplate}
	unseen       = effect{"the dashboard may no longer show how Ringfence is doing", asInTemplate}
	logOff       = effect{"its log is gone, and with it the metrics that the alarms are made from", asInTemplate}
	logBlind     = effect{"its log, and the metrics that the alarms are made from, may be lost, hidden or kept too short", asInTemplate}
	tagged       = effect{"policies that go by tags may let others use or change it, or keep Ringfence from using it", asInTemplate}
	forged       = effect{"metrics made from its log may say that Ringfence is well when it is not", asInTemplate}
	stack        = effect{"every part of the control may be changed or removed", trusted}
	unlocked     = effect{"the stack, and every part of the control with it, may be changed or deleted more easily", asInTemplate}
	role         = effect{"it may no longer be allowed to look or to repair, or be allowed more than it should", asInTemplate}

	// other is of all calls that nobody has reviewed yet.
	other = effect{"it changes a part of Ringfence, in a way that this version does not know", asInTemplate}
)
