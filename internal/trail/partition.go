package trail

import (
	"strings"
	"time"
)

// partitions are the partitions by the prefix of their region names, longer prefixes first.
// https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
var partitions = [...]struct{ prefix, partition string }{
	{"cn-", "aws-cn"},
	{"us-gov-", "aws-us-gov"},
	{"us-isob-", "aws-iso-b"},
	{"us-isof-", "aws-iso-f"},
	{"us-iso-", "aws-iso"},
	{"eu-isoe-", "aws-iso-e"},
	{"eusc-", "aws-eusc"},
}

// partitionOf returns the partition of a region; aws if it is in none of the others.
func partitionOf(region string) string {
	for _, p := range partitions {
		if strings.HasPrefix(region, p.prefix) {
			return p.partition
		}
	}
	return "aws"
}

// parseTime parses eventTime: ISO 8601 in records, and a form with a space in exports of Athena and CloudTrail
// Lake. It returns the zero time for everything else.
func parseTime(s string) time.Time {
	for _, layout := range [...]string{time.RFC3339, time.DateTime} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC().Truncate(time.Second)
		}
	}
	return time.Time{}
}
