package boot

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// EnvEndpoint is the AWS that is called in place of the real one. The template sets it, to
// nothing, since the SAM CLI gives values only to variables that the template has.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-using-invoke.html
const EnvEndpoint = "AWS_ENDPOINT_URL"

// The names of what a deployment consists of on the embedded AWS, and the account and the
// region in which the SAM CLI runs a function unless it is told otherwise.
const (
	LocalTopic       = "ringfence-findings"
	LocalLedger      = "ringfence-ledger"
	LocalReport      = "ringfence-report"
	LocalFollowUp    = "ringfence-follow-up"
	LocalDeadLetters = "ringfence-dead-letters"
	LocalSweep       = "ringfence-sweep"

	localAccount = "123456789012"
)

// localQueues are the queues of the embedded AWS, by the variables with their URLs.
var localQueues = map[string]string{
	EnvReportQueue: LocalReport, EnvFollowUpQueue: LocalFollowUp, EnvDeadLetters: LocalDeadLetters, EnvSweepQueue: LocalSweep,
}

// local puts the names of the embedded AWS where the SAM CLI has left the logical ids of the
// template: it knows no name of a part that was never made. It gives the new environment and
// what was replaced, for the log.
//
// Only where the endpoint is this machine. In an account such a name is a mistake, and the
// function must not start with it.
func local(getenv func(string) string) (func(string) string, []string) {
	endpoint := getenv(EnvEndpoint)
	if !loopback(endpoint) {
		return getenv, nil
	}
	var replaced []string
	names := map[string]string{}
	put := func(variable, name string) {
		if v := getenv(variable); isLogicalID(v) {
			names[variable] = name
			replaced = append(replaced, variable+" "+v)
		}
	}
	put(EnvLedgerTable, LocalLedger)
	put(EnvTopic, fmt.Sprintf("arn:aws:sns:%s:%s:%s", or(getenv("AWS_REGION"), getenv("AWS_DEFAULT_REGION")), localAccount, LocalTopic))
	for variable, queue := range localQueues {
		put(variable, strings.TrimSuffix(endpoint, "/")+"/"+localAccount+"/"+queue)
	}
	var known []string
	for entry := range strings.SplitSeq(getenv(EnvControl), ",") {
		if isLogicalID(strings.TrimSpace(entry)) {
			replaced = append(replaced, EnvControl+" "+strings.TrimSpace(entry))
		} else {
			known = append(known, entry)
		}
	}
	names[EnvControl] = strings.Join(known, ",")
	slices.Sort(replaced)
	return func(name string) string {
		if v, ok := names[name]; ok {
			return v
		}
		return getenv(name)
	}, replaced
}

// isLogicalID reports whether a text can be the name of a resource in our template, also with
// an attribute (Key.Arn): letters and digits, of which the first is a capital. No ARN and no
// URL is so.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html
func isLogicalID(s string) bool { return logicalID.MatchString(s) }

var logicalID = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*(\.Arn)?$`)
