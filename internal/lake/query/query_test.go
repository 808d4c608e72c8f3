package query

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/trail"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const iam, sso = "iam.amazonaws.com", "sso.amazonaws.com"

// march is what the goldens ask for.
func march() Want {
	return Want{
		Calls: []trail.Call{{Source: sso, Name: "PutPermissionsBoundaryToPermissionSet"}, {Source: iam, Name: "TagRole"}, {Source: iam, Name: "CreateRole"}},
		Since: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC),
		Accounts: []string{"111122223333", "444455556666"},
	}
}

// shaped is the table of the manual with other partitions.
func shaped(properties map[string]string, partitions ...Field) Table {
	t := Manual("logs", "trail")
	t.Partitions, t.Properties = partitions, properties
	return t
}

// organization is a table with the folders of an organization's trail.
// https://docs.aws.amazon.com/athena/latest/ug/cloudtrail-logs.html
func organization(accounts string) Table {
	return shaped(map[string]string{
		"projection.enabled": "true", "projection.account.type": "enum", "projection.account.values": accounts,
		"projection.region.type": "enum", "projection.region.values": "us-east-1,eu-central-1",
		"projection.day.type": "date", "projection.day.format": "yyyy-MM-dd",
	}, Field{"account", "string"}, Field{"region", "string"}, Field{"day", "string"})
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".sql")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
	}
}

func TestQueries(t *testing.T) {
	since, everything, home := march(), march(), march()
	since.Until, since.Accounts = time.Time{}, nil
	everything.Since, everything.Until, everything.Accounts = time.Time{}, time.Time{}, nil
	home.Accounts, home.Regions = home.Accounts[:1], []string{"us-east-1"}
	times := Manual("logs", "trail")
	for i := range times.Columns {
		if times.Columns[i].Name == "eventtime" {
			times.Columns[i].Type = "timestamp"
		}
	}
	for name, c := range map[string]struct {
		table Table
		want  Want
	}{
		"manual":            {Manual("logs", "trail"), march()},
		"manual-since":      {Manual("logs", "trail"), since},
		"manual-everything": {Manual("logs", "trail"), everything},
		"console":           {shaped(nil), march()},
		"organization":      {organization("111122223333, 444455556666"), home},
		"other-accounts":    {organization("111122223333"), march()},
		"calendar":          {shaped(nil, Field{"region", "string"}, Field{"year", "string"}, Field{"month", "string"}, Field{"day", "string"}), march()},
		"month":             {shaped(nil, Field{"year", "int"}, Field{"month", "int"}), march()},
		"unknown-form":      {shaped(map[string]string{"projection.dt.type": "date", "projection.dt.format": "dd.MM.yyyy"}, Field{"dt", "string"}), march()},
		"injected":          {shaped(map[string]string{"projection.account_id.type": "injected"}, Field{"account_id", "string"}), march()},
		"timestamp":         {times, march()},
	} {
		q, err := c.table.Query(c.want)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		golden(t, name, q.SQL+"\n-- reads "+q.Reads+"\n")
	}
	q, err := Lake("a1b2c3d4-5678-90ab-cdef-111122223333", march())
	if err != nil {
		t.Error(err)
	}
	golden(t, "lake", q.SQL+"\n-- reads "+q.Reads+"\n")
	q, err = Lake("a1b2c3d4-5678-90ab-cdef-111122223333", everything)
	if err != nil {
		t.Error(err)
	}
	golden(t, "lake-everything", q.SQL+"\n-- reads "+q.Reads+"\n")
}

// Ensure that no event is left out for being delivered later than it happened, or for a fraction.
func TestBoundsAreNotTooNarrow(t *testing.T) {
	w := Want{Since: time.Date(2026, 3, 1, 1, 0, 0, 5e8, time.FixedZone("CET", 3600)), Until: time.Date(2026, 3, 1, 12, 0, 0, 5e8, time.UTC)}
	w.Calls = march().Calls
	q, err := Manual("logs", "trail").Query(w)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"timestamp" >= '2026/03/01'`, `"timestamp" <= '2026/03/02'`, `"eventtime" >= '2026-03-01T00:00:00Z'`, `"eventtime" < '2026-03-01T12:00:01Z'`,
	} {
		if !strings.Contains(q.SQL, want) {
			t.Errorf("no %s in\n%s", want, q.SQL)
		}
	}
}

func TestLayouts(t *testing.T) {
	for format, want := range map[string]string{
		"yyyy/MM/dd": "2006/01/02", "yyyy-MM-dd": "2006-01-02", "yyyyMMdd": "20060102", "yyyy/MM/dd/HH": "2006/01/02/15", "yyyy-MM": "2006-01", "yyyy.MM.dd": "2006.01.02",
		"dd.MM.yyyy": "", "MM/yyyy": "", "yyyy/dd/MM": "", "yyyy/M/d": "", "yy/MM/dd": "", "yyyy'T'MM": "", "": "", "yyyy-MM-dd HH:mm": "", "YYYY/MM/dd": "",
	} {
		if got := layout(format); got != want {
			t.Errorf("%s: %q, want %q", format, got, want)
		}
	}
	day := time.Date(2026, 3, 9, 4, 0, 0, 0, time.UTC)
	if got := day.Format(layout("yyyy.MM.dd")); got != "2026.03.09" {
		t.Error(got)
	}
}

func TestWhatIsNoQuery(t *testing.T) {
	lacking := Manual("logs", "trail")
	lacking.Columns = lacking.Columns[:10]
	injected := shaped(map[string]string{"projection.account_id.type": "injected"}, Field{"account_id", "string"})
	day := shaped(map[string]string{"projection.dt.type": "injected"}, Field{"dt", "string"})
	all := march()
	all.Accounts = nil
	many := march()
	for range 1000 {
		many.Accounts = append(many.Accounts, time.Unix(int64(len(many.Accounts)), 0).Format("000000150405"))
	}
	for name, c := range map[string]struct {
		err  func() error
		want string
	}{
		"no calls":   {func() error { _, err := Manual("logs", "trail").Query(Want{}); return err }, errNoCalls.Error()},
		"columns":    {func() error { _, err := lacking.Query(march()); return err }, "logs.trail has no column requestparameters"},
		"injected":   {func() error { _, err := injected.Query(all); return err }, "give the values with --account"},
		"day":        {func() error { _, err := day.Query(march()); return err }, "partition dt of table logs.trail is of the type injected"},
		"ID":         {func() error { _, err := Lake("logs", march()); return err }, "list-event-data-stores"},
		"comment":    {func() error { _, err := Lake("a1b2c3d4-5678-90ab-cdef-111122223333--", march()); return err }, "is not the ID"},
		"two lines":  {func() error { _, err := Lake("a1b2c3d4-5678-90ab-cdef-111122223333\n", march()); return err }, "is not the ID"},
		"lake, none": {func() error { _, err := Lake("a1b2c3d4-5678-90ab-cdef-111122223333", Want{}); return err }, errNoCalls.Error()},
		"long":       {func() error { _, err := Lake("a1b2c3d4-5678-90ab-cdef-111122223333", many); return err }, "name fewer accounts"},
		"no long one": {func() error {
			_, err := Manual("logs", "trail").Query(many)
			return errors.Join(err, errors.New("fine"))
		}, "fine"},
	} {
		if err := c.err(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestCosts(t *testing.T) {
	for _, c := range []struct {
		price   Price
		scanned int64
		want    string
	}{
		{AthenaPrice, 1 << 40, "1 TB scanned, about $5.00 (" + Listed + ")"},
		{AthenaPrice, 0, "0 bytes scanned, less than $0.01 (" + Listed + ")"},
		{AthenaPrice, 3 << 30, "3 GB scanned, about $0.01 (" + Listed + ")"},
		{LakePrice, 100 << 30, "100 GB scanned, about $0.50 (" + Listed + ")"},
		{LakePrice, 1500, "1.465 kB scanned, less than $0.01 (" + Listed + ")"},
	} {
		if got := c.price.Of(c.scanned); got != c.want {
			t.Errorf("%s: %s, want %s", c.price.Service, got, c.want)
		}
	}
	for _, p := range []Price{AthenaPrice, LakePrice} {
		if text := p.Before(); !strings.Contains(text, p.Page) || !strings.Contains(text, Listed) {
			t.Error(text)
		}
	}
}
