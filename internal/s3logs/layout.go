package s3logs

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// level is how deep in CloudTrail's layout a folder is:
//
//	[PREFIX/]AWSLogs/[ORGANISATION/]ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/FILE
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-find-log-files.html
type level int

const (
	// above is a folder above the layout, or beside it.
	above level = iota
	// collection has organizations or accounts: it is named AWSLogs, or like an organization.
	collection
	account
	trail
	region
	year
	month
	// whole is a day, or another folder that is read with everything below it.
	whole
	// foreign is a folder of another service, or of CloudTrail without logs: digests, insights.
	foreign
)

// layout is what the name of a folder says about it.
type layout struct {
	// prefix is the beginning of its keys; it is empty or ends with a slash.
	prefix string
	level  level
	// name is its own.
	name string
	// first and end are the days that it covers, without end. They are zero if it names none.
	first, end time.Time
}

var (
	organisationID = regexp.MustCompile(`^o-[a-z0-9]{10,32}$`)
	accountID      = regexp.MustCompile(`^[0-9]{12}$`)
	regionName     = regexp.MustCompile(`^[a-z]{2,}(-[a-z]+)+-[0-9]+$`)
)

// below returns the folder with a name in another folder.
func (l layout) below(name string) layout {
	c := layout{prefix: l.prefix + name + "/", name: name, level: whole, first: l.first, end: l.end}
	switch l.level {
	case above:
		c.level = above
		switch name {
		case "AWSLogs":
			c.level = collection
		case "CloudTrail": // of a copy that begins further down
			c.level = trail
		case "CloudTrail-Digest", "CloudTrail-Insight":
			c.level = foreign
		}
	case collection:
		switch {
		case organisationID.MatchString(name), name == "AWSLogs":
			c.level = collection
		case accountID.MatchString(name):
			c.level = account
		case strings.HasPrefix(name, "aws-account-id="): // flow logs of a VPC, by partitions of Hive
			c.level = foreign
		default:
			c.level = above
		}
	case account: // AWS Config, load balancers and others are beside it
		c.level = foreign
		if name == "CloudTrail" {
			c.level = trail
		}
	case trail:
		if regionName.MatchString(name) {
			c.level = region
		}
	case region:
		if y, ok := number(name, 4); ok && y >= 2000 { // CloudTrail began in 2013
			c.level = year
			c.first = time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC)
			c.end = c.first.AddDate(1, 0, 0)
		}
	case year:
		if m, ok := number(name, 2); ok && m >= 1 && m <= 12 {
			c.level = month
			c.first = l.first.AddDate(0, m-1, 0)
			c.end = c.first.AddDate(0, 1, 0)
		}
	case month:
		if d, ok := number(name, 2); ok && d >= 1 && d <= int(l.end.Sub(l.first)/(24*time.Hour)) {
			c.first = l.first.AddDate(0, 0, d-1)
			c.end = c.first.AddDate(0, 0, 1)
		}
	case foreign:
		c.level = foreign
	}
	return c
}

// at returns the folder of a prefix, which is empty or ends with a slash. A folder that the user names is always read.
func at(prefix string) layout {
	var l layout
	for name := range strings.SplitSeq(strings.TrimSuffix(prefix, "/"), "/") {
		if prefix != "" {
			l = l.below(name)
		}
	}
	if l.level == foreign {
		l.level = whole
	}
	return l
}

// number reads so many digits.
func number(text string, digits int) (int, bool) {
	if len(text) != digits || strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	return n, err == nil
}
