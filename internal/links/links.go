// Package links makes addresses of web pages that a responder opens: of AWS's consoles, and of
// Ringfence's manual.
//
// AWS documents the console's endpoint of each region, but no paths below it; the paths here are
// those that the consoles themselves show. A path that AWS changes leads to a console's start page.
//
// https://docs.aws.amazon.com/general/latest/gr/mgmt-console.html
package links

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/ringfence/ringfence/internal/principal"
)

// Manual is where Ringfence's documents are.
const Manual = "https://github.com/ringfence/ringfence/blob/main/"

// domains are the consoles' domains by partition. A region's own is in front of them.
var domains = map[string]string{
	"aws":        "console.aws.amazon.com",
	"aws-cn":     "console.amazonaws.cn",
	"aws-us-gov": "console.amazonaws-us-gov.com",
}

// homes are the regions that have the console of IAM, which belongs to no region.
var homes = map[string]string{"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}

var (
	region  = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]{1,2}$`)
	eventID = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
)

// Event is an event in CloudTrail's event history, which keeps it for 90 days. It is empty for
// what is no event of CloudTrail.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html
func Event(partition, in, id string) string {
	if !eventID.MatchString(id) {
		return ""
	}
	return console(partition, in, "cloudtrailv2", "/events/"+id)
}

// Principal is a user or role in the console of IAM.
func Principal(ref principal.Ref) string {
	return console(ref.Partition, homes[ref.Partition], "iam", "/"+string(ref.Kind)+"s/details/"+url.PathEscape(ref.Name))
}

// Policy is a managed policy in the console of IAM.
func Policy(partition, arn string) string {
	return console(partition, homes[partition], "iam", "/policies/details/"+url.QueryEscape(arn))
}

// Dashboard is a dashboard of CloudWatch. It is empty without a name.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Dashboards.html
func Dashboard(partition, in, name string) string {
	if name == "" {
		return ""
	}
	return console(partition, in, "cloudwatch", "dashboards/dashboard/"+url.PathEscape(name))
}

// console is empty where the partition has no console that is known, or the region is none: both
// are text of a record.
func console(partition, in, service, fragment string) string {
	domain := domains[partition]
	if domain == "" || !region.MatchString(in) {
		return ""
	}
	return "https://" + in + "." + domain + "/" + service + "/home?region=" + in + "#" + fragment
}

// Safe reports whether an address can be shown as one that people follow: of a console of AWS, of
// the manual, or of MITRE ATT&CK, and without a character that ends it or has another meaning in
// a mail or a chat.
func Safe(address string) bool {
	rest, ok := strings.CutPrefix(address, "https://")
	if !ok || strings.ContainsFunc(rest, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("<>\"'`|\\()[]{}", r) }) {
		return false
	}
	host, _, _ := strings.Cut(rest, "/")
	if host == "attack.mitre.org" || strings.HasPrefix(address, Manual) {
		return true
	}
	for _, domain := range domains {
		if in, ok := strings.CutSuffix(host, "."+domain); ok && region.MatchString(in) {
			return true
		}
	}
	return false
}
