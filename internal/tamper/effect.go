package tamper

// effect says what a call can do to Ringfence, and how to repair that, as shown in a finding.
// Some of these calls can also be harmless or useful. The record does not say so reliably, and
// a false "harmless" costs more than a look at the stack.
type effect struct{ does, remedy string }

// CloudFormation does not undo changes that it does not know of: deploying an unchanged
// template changes nothing.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html
const (
	backToTemplate = "back to the state in the template (a deployment without changes does not do that)"
	asInTemplate   = "bring it " + backToTemplate
	enableTrail    = "make a trail log all IAM writes again"
	enableKey      = "enable the key again, or cancel its deletion"
	trusted        = "deploy a version that you trust"
)

var (
	ruleDisabled        = effect{"without this rule, its events do not reach the queue", asInTemplate}
	ruleChanged         = effect{"events may no longer reach Ringfence's queue", asInTemplate}
	busChanged          = effect{"events may no longer reach the rules, or others may put events on the bus", "restore the account's event bus: without a customer managed key and without access for others, unless you decided otherwise"}
	archiveChanged      = effect{"past events may no longer be available for a replay after an outage", asInTemplate}
	replayStarted       = effect{"past events reach the rules again, perhaps so many that new ones are delayed", "cancel the replay unless it is yours"}
	replayCancelled     = effect{"events are not replayed after an outage", "start the replay again"}
	codeChanged         = effect{"different code may run instead, or none", trusted}
	functionDeleted     = effect{"Ringfence no longer sees changes in IAM", trusted}
	concurrencyChanged  = effect{"it may run too rarely, or never", asInTemplate}
	invocationChanged   = effect{"others may invoke it, or its legitimate callers may not", asInTemplate}
	eventSourceChanged  = effect{"events may be diverted from Ringfence, or no longer delivered", asInTemplate}
	configRuleChanged   = effect{"AWS Config may no longer show which principals are outside their boundary", asInTemplate}
	recorderChanged     = effect{"AWS Config may no longer record users and roles, and may not show which principals are outside their boundary", "make AWS Config record users and roles again"}
	queuePurged         = effect{"the events in the queue are lost", "replay the archive from before that time"}
	queueDeleted        = effect{"the queue and the events in it are lost", asInTemplate}
	queueChanged        = effect{"events may be kept out of the queue, or discarded", asInTemplate}
	messagesMoved       = effect{"messages are moved between queues: dead letters may be removed, or forged messages inserted", "find out where the messages went, and move them back"}
	ledgerChanged       = effect{"open findings, repairs and pending reports may be lost, or changed by others", "restore the state in the template, and restore lost data from a backup"}
	dataCopied          = effect{"others may read what Ringfence found and did", "remove the copy unless it is yours"}
	scheduleChanged     = effect{"the canaries, or the comparison with the template, may stop", asInTemplate}
	topicChanged        = effect{"findings and alarms may no longer be delivered", asInTemplate}
	subscribed          = effect{"an additional recipient may get findings and alarms", "remove the subscription unless it is yours"}
	unsubscribed        = effect{"a recipient may get fewer findings, or none", "subscribe again"}
	trailChanged        = effect{"without the trail, EventBridge and Ringfence get no events", enableTrail}
	keyDisabled         = effect{"the queues and the topic cannot be used without their key", enableKey}
	keyPolicyChanged    = effect{"the queues and the topic may no longer be usable", asInTemplate}
	grantChanged        = effect{"others may use the key of the queues, the topic and the ledger, or the ledger may no longer use it", asInTemplate}
	keyAliasChanged     = effect{"policies that refer to aliases may let others use the key, or may protect a different key or none", asInTemplate}
	alarmChanged        = effect{"no alarm is sent if Ringfence itself stops working", asInTemplate}
	dashboardChanged    = effect{"the dashboard may no longer show the state of Ringfence", asInTemplate}
	logDeleted          = effect{"its log is lost, and with it the metrics behind the alarms", asInTemplate}
	logChanged          = effect{"its log, and the metrics behind the alarms, may be lost, hidden or kept too briefly", asInTemplate}
	tagsChanged         = effect{"policies that refer to tags may let others use or change it, or keep Ringfence from using it", asInTemplate}
	metricFilterChanged = effect{"metrics from its log may show Ringfence as healthy when it is not", asInTemplate}
	stackChanged        = effect{"every part of Ringfence may be changed or removed", trusted}
	stackUnprotected    = effect{"the stack, and every part of Ringfence with it, may be easier to change or delete", asInTemplate}
	roleChanged         = effect{"it may have lost permissions that it needs, or gained permissions that it should not have", asInTemplate}

	// unknownCall is the effect of all calls without a review.
	unknownCall = effect{"it changes a part of Ringfence in a way that this version does not know", asInTemplate}
)
