package s3logs

import (
	"slices"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/logs"
)

// AllRegions stands for the logs of all regions in [Wanted.Regions].
const AllRegions = "all"

// Wanted selects logs in CloudTrail's layout. Everything else is read.
type Wanted struct {
	// Since and Until bound the time of events, Until not included; zero for no bound.
	Since, Until time.Time
	// Accounts are the accounts whose logs are read; empty for all.
	Accounts []string
	// Regions are the regions whose logs are read besides IAM's home region; [AllRegions] for all.
	Regions []string
	// RequesterPays is set if the reader pays instead of the owner of the bucket.
	RequesterPays bool
	// Passed is called for each folder that is skipped and that the options do not exclude.
	Passed func(name string, why logs.Reason)
	// Progress is called with the number of objects that were found since the last call.
	Progress func(n int)

	// patience is how long S3 may send no data before the request is repeated.
	patience time.Duration
}

// Reasons why a folder is skipped. Accounts and days are not reported: the options exclude them.
const (
	otherRegion  logs.Reason = "folder of a region that was not asked for"
	otherLogs    logs.Reason = "folder with no log of CloudTrail in it"
	otherAccount logs.Reason = "folder of an account that was not asked for"
	otherDays    logs.Reason = "folder of days that were not asked for"
)

// home returns the region in which the partition of a region has IAM, and so the records of IAM calls; "" if unknown.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
func home(region string) string {
	switch first, _, _ := strings.Cut(region, "-"); {
	case first == "cn":
		return "cn-north-1"
	case strings.HasPrefix(region, "us-gov-"):
		return "us-gov-west-1"
	case strings.HasPrefix(region, "us-iso"), len(first) > 2: // such as eusc-de-east-1
		return ""
	}
	return "us-east-1"
}

// pass returns why a folder is skipped, or "" for one that is read.
func (w *Wanted) pass(l layout) logs.Reason {
	switch {
	case l.level == foreign:
		return otherLogs
	case l.level == account && len(w.Accounts) > 0 && !slices.Contains(w.Accounts, l.name):
		return otherAccount
	case l.level == region && !w.region(l.name):
		return otherRegion
	case !l.first.IsZero() && !w.days(l.first, l.end):
		return otherDays
	}
	return ""
}

func (w *Wanted) region(name string) bool {
	at := home(name)
	return at == "" || at == name || slices.Contains(w.Regions, name) || slices.Contains(w.Regions, AllRegions)
}

// days reports whether one of these days is wanted. The day of a file is the day of its delivery, some minutes after the
// call. Calls shortly before midnight are in the files of the next day, so one more day is read.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
func (w *Wanted) days(first, end time.Time) bool {
	const day = 24 * time.Hour
	return (w.Since.IsZero() || end.After(w.Since)) && (w.Until.IsZero() || first.Before(w.Until.Add(day)))
}
