package query

import "strings"

// Manual is the table in AWS's manual, partitioned by the day of delivery. It stands for a table that was not described.
// https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-partition-projection.html
func Manual(database, name string) Table {
	t := Table{
		Database: database, Name: name,
		Partitions: []Field{{"timestamp", "string"}},
		Properties: map[string]string{"projection.timestamp.type": "date", "projection.timestamp.format": "yyyy/MM/dd"},
	}
	for _, column := range strings.Fields("eventversion useridentity eventtime eventsource eventname awsregion sourceipaddress useragent errorcode " +
		"errormessage requestparameters responseelements additionaleventdata requestid eventid readonly resources eventtype apiversion " +
		"recipientaccountid serviceeventdetails sharedeventid vpcendpointid vpcendpointaccountid eventcategory addendum " +
		"sessioncredentialfromconsole edgedevicedetails tlsdetails") {
		kind := "string"
		switch column {
		case "useridentity", "addendum", "tlsdetails":
			kind = "struct"
		case "resources":
			kind = "array"
		}
		t.Columns = append(t.Columns, Field{column, kind})
	}
	return t
}
