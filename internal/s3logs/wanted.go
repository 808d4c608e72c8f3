package s3logs

import (
	"slices"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/logs"
)

// AllRegions stands for the logs of all regions in [Wanted.Regions].
const AllRegions = "all"

// Wanted says which logs are to be read of those that are laid out as CloudTrail does. All else is
// read.
type Wanted struct {
	// Since and Until bound the time of events, Until not included; zero for no bound.
	Since, Until time.Time
	// Accounts are those whose logs are wanted; empty for all.
	Accounts []string
	// Regions are those whose logs are wanted beside that of IAM's home; [AllRegions] for all.
	Regions []string
	// RequesterPays is set where who reads pays, and not the owner of the bucket.
	RequesterPays bool
	// Passed is told of each folder that was passed over though nobody asked for that.
	Passed func(name string, why logs.Reason)
	// Progress is told how many more objects were found.
	Progress func(n int)

	// patience is how long S3 may send nothing at all until it is asked again.
	patience time.Duration
}

// Reasons why a folder is passed over. Those of accounts and days are not told: they were asked for.
const (
	otherRegion  logs.Reason = "folder of a region that was not asked for"
	otherLogs    logs.Reason = "folder with no log of CloudTrail in it"
	otherAccount logs.Reason = "folder of an account that was not asked for"
	otherDays    logs.Reason = "folder of days that were not asked for"
)

// home is the region in which a region's partition has IAM, and so the record of each call on it,
// empty where that is not known.
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

// pass says why a folder is not wanted, empty for one that is.
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

// days reports whether one of these days is wanted. The day of a file is that of its delivery: it
// is never before the call, and some minutes after it, so that calls of late in the evening are in
// the files of the next day. One day more is read for that.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
func (w *Wanted) days(first, end time.Time) bool {
	const day = 24 * time.Hour
	return (w.Since.IsZero() || end.After(w.Since)) && (w.Until.IsZero() || first.Before(w.Until.Add(day)))
}
