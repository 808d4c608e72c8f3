package query

import "fmt"

// Price is the price of a service for the data that a query scans.
type Price struct {
	Service string
	// Dollars is the price of Unit bytes. At least Least bytes are charged.
	Dollars    float64
	Unit       int64
	UnitName   string
	Least      int64
	Page, Find string
}

// Listed says where and when the prices apply. They differ by region and contract.
const Listed = "list price of us-east-1, 2025"

// The prices. See Listed.
var (
	AthenaPrice = Price{
		Service: "Athena", Dollars: 5, Unit: 1 << 40, UnitName: "TB", Least: 10 << 20, Page: "https://aws.amazon.com/athena/pricing/",
		Find: "A workgroup's data usage control bounds it: https://docs.aws.amazon.com/athena/latest/ug/workgroups-setting-control-limits-cloudwatch.html",
	}
	LakePrice = Price{
		Service: "CloudTrail Lake", Dollars: 0.005, Unit: 1 << 30, UnitName: "GB", Page: "https://aws.amazon.com/cloudtrail/pricing/",
		Find: "What is between --since and --until bounds it: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-lake-manage-costs.html",
	}
)

// Of returns the price of a query that scanned a number of bytes, in words.
func (p Price) Of(scanned int64) string {
	dollars := p.Dollars * float64(max(scanned, p.Least)) / float64(p.Unit)
	if dollars < 0.01 {
		return size(scanned) + " scanned, less than $0.01 (" + Listed + ")"
	}
	return fmt.Sprintf("%s scanned, about $%.2f (%s)", size(scanned), dollars, Listed)
}

// Before describes the price of a query that has not run yet.
func (p Price) Before() string {
	least := ""
	if p.Least > 0 {
		least = " and at least for " + size(p.Least)
	}
	return fmt.Sprintf("%s asks $%g for each %s that a query scans%s (%s, %s). How much that is, %s only says after the query, and so does this command. %s",
		p.Service, p.Dollars, p.UnitName, least, Listed, p.Page, p.Service, p.Find)
}

// size formats a number of bytes for people.
func size(n int64) string {
	for i, unit := range []string{"TB", "GB", "MB", "kB"} {
		if one := int64(1) << (40 - 10*i); n >= one {
			return fmt.Sprintf("%.4g %s", float64(n)/float64(one), unit)
		}
	}
	return fmt.Sprint(n, " bytes")
}
