package s3logs

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ringfence/ringfence/internal/logs"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/s3logs/s3stub"
)

const (
	one   = "111122223333"
	other = "444455556666"
)

// file is the text of a trail's file with one event, of a second of a day.
func file(account, day string, second int) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = fmt.Fprintf(z, `{"Records":[{"eventVersion":"1.11","eventID":"%s-%08d","eventSource":"iam.amazonaws.com","eventName":"TagRole","eventTime":"%sT12:00:%02dZ","awsRegion":"us-east-1",`+
		`"recipientAccountId":%q,"requestParameters":{"roleName":"app"}}]}`, day, second, day, second, account)
	_ = z.Close()
	return out.Bytes()
}

// key is the key of a trail's file.
func key(prefix, account, region, day string, n int) string {
	date := strings.ReplaceAll(day, "-", "/")
	return fmt.Sprintf("%sAWSLogs/%s/CloudTrail/%s/%s/%s_CloudTrail_%s_%sT1205Z_%016d.json.gz", prefix, account, region, date, account, region, strings.ReplaceAll(day, "-", ""), n)
}

// serve serves a bucket.
func serve(t testing.TB, b *s3stub.Bucket) aws.Config {
	t.Helper()
	if b.Name == "" {
		b.Name = "trails"
	}
	if b.Region == "" {
		b.Region = "eu-central-1"
	}
	if b.Page == 0 {
		b.Page = 2
	}
	server := httptest.NewUnstartedServer(b)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	t.Cleanup(server.Close)
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: &server.URL, RetryMaxAttempts: 2,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIAEXAMPLE", SecretAccessKey: "secret"}, nil
		}),
	}
}

// find is Sources of paths.
func find(t testing.TB, b *s3stub.Bucket, w Wanted, paths ...string) (Found, error) {
	t.Helper()
	var places []Place
	for _, path := range paths {
		place, err := Parse(path)
		if err != nil {
			t.Fatal(err)
		}
		places = append(places, place)
	}
	return Sources(t.Context(), serve(t, b), places, w)
}

func names(f Found) string {
	var names []string
	for _, s := range f.Sources {
		names = append(names, strings.TrimPrefix(s.Name, "s3://trails/"))
	}
	return strings.Join(names, "\n")
}

// read reads sources.
func read(t testing.TB, sources []logs.Source) (*logs.Log, []string) {
	t.Helper()
	l, err := logs.Read(t.Context(), sources, logs.Options{
		Parallel: Parallel, Matters: func(_, name string) bool { return name == "TagRole" },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	var records []string
	for r, err := range l.All() {
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, string(r.Raw))
	}
	return l, records
}

// an organisation's bucket: two accounts, three regions, four days of two years, and what else
// AWS puts there.
func organisation(prefix string) *s3stub.Bucket {
	b := &s3stub.Bucket{Objects: map[string]s3stub.Object{
		prefix + "AWSLogs/": {}, prefix + "AWSLogs/" + one + "/CloudTrail/": {},
	}}
	for _, account := range []string{one, other} {
		for _, region := range []string{"us-east-1", "us-west-2", "eu-west-1"} {
			for i, day := range []string{"2025-12-31", "2026-01-01", "2026-01-02", "2026-03-01"} {
				for n := range 3 {
					b.Objects[key(prefix, account, region, day, n)] = s3stub.Object{Data: file(account, day, i)}
				}
			}
		}
		for _, name := range []string{"CloudTrail-Digest/us-east-1/2026/01/01/d.json.gz", "CloudTrail-Insight/us-east-1/2026/01/01/i.json.gz", "Config/us-east-1/2026/1/1/c.json.gz"} {
			b.Objects[prefix+"AWSLogs/"+account+"/"+name] = s3stub.Object{Data: []byte("{}")}
		}
	}
	return b
}

func day(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return t
}

// Ensure that nothing is listed that nobody asked for, and that one day more is, for files that
// are delivered after midnight.
func TestOnlyWhatIsAskedForIsListed(t *testing.T) {
	for _, c := range []struct {
		name, path    string
		wanted        Wanted
		listed        []string // below AWSLogs/
		found         int
		regions       string
		prefix, above string
	}{
		{
			name: "a day of an account", path: "s3://trails/AWSLogs/",
			wanted: Wanted{Since: day("2026-01-01"), Until: day("2026-01-02"), Accounts: []string{one}},
			listed: []string{"", one + "/", one + "/CloudTrail/", one + "/CloudTrail/us-east-1/", one + "/CloudTrail/us-east-1/2026/", one + "/CloudTrail/us-east-1/2026/01/", one + "/CloudTrail/us-east-1/2026/01/01/*", one + "/CloudTrail/us-east-1/2026/01/02/*"},
			found:  6, regions: "eu-west-1 us-west-2",
		},
		{
			name: "until the evening before", path: "s3://trails/AWSLogs/" + one + "/CloudTrail/us-east-1",
			wanted: Wanted{Until: day("2025-12-31")},
			listed: []string{one + "/CloudTrail/us-east-1/", one + "/CloudTrail/us-east-1/2025/", one + "/CloudTrail/us-east-1/2025/12/", one + "/CloudTrail/us-east-1/2025/12/31/*"},
			found:  3,
		},
		{
			name: "the turn of the year", path: "s3://trails/AWSLogs/" + one + "/CloudTrail/us-east-1/",
			wanted: Wanted{Since: day("2025-12-31"), Until: day("2026-01-01")},
			listed: []string{
				one + "/CloudTrail/us-east-1/", one + "/CloudTrail/us-east-1/2025/", one + "/CloudTrail/us-east-1/2025/12/", one + "/CloudTrail/us-east-1/2025/12/31/*",
				one + "/CloudTrail/us-east-1/2026/", one + "/CloudTrail/us-east-1/2026/01/", one + "/CloudTrail/us-east-1/2026/01/01/*",
			},
			found: 6,
		},
		{
			name: "since noon, one more region", path: "s3://trails/AWSLogs/" + one + "/",
			wanted: Wanted{Since: day("2026-03-01").Add(12 * time.Hour), Regions: []string{"eu-west-1"}},
			listed: []string{
				one + "/", one + "/CloudTrail/", one + "/CloudTrail/eu-west-1/", one + "/CloudTrail/eu-west-1/2026/", one + "/CloudTrail/eu-west-1/2026/03/", one + "/CloudTrail/eu-west-1/2026/03/01/*",
				one + "/CloudTrail/us-east-1/", one + "/CloudTrail/us-east-1/2026/", one + "/CloudTrail/us-east-1/2026/03/", one + "/CloudTrail/us-east-1/2026/03/01/*",
			},
			found: 6, regions: "us-west-2",
		},
		{
			name: "a day by its name, of a region by its name", path: "s3://trails/AWSLogs/" + other + "/CloudTrail/us-west-2/2026/01/02",
			wanted: Wanted{Since: day("2026-03-01")},
			listed: []string{other + "/CloudTrail/us-west-2/2026/01/02/*"}, found: 3,
		},
		{
			name: "digests by their name", path: "s3://trails/AWSLogs/" + one + "/CloudTrail-Digest/",
			listed: []string{one + "/CloudTrail-Digest/*"}, found: 1,
		},
	} {
		b := organisation("")
		f, err := find(t, b, c.wanted, c.path)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		want := c.listed
		for i := range want {
			want[i] = "AWSLogs/" + want[i]
		}
		slices.Sort(want)
		if got := b.Listed(); !slices.Equal(got, want) {
			t.Errorf("%s: listed\n%s\nnot\n%s", c.name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if len(f.Sources) != c.found || strings.Join(f.Regions, " ") != c.regions {
			t.Errorf("%s: %d objects, regions %v:\n%s", c.name, len(f.Sources), f.Regions, names(f))
		}
	}
}

// Ensure that the layout is found wherever a path begins, and that what is passed over without
// having been asked for is told.
func TestWhereverThePathBegins(t *testing.T) {
	for prefix, path := range map[string]string{
		"":              "s3://trails",
		"a/b/":          "s3://trails/a",
		"o-abcdefghij/": "s3://trails/o-abcdefghij",
	} {
		b := organisation(prefix)
		var passed []string
		found := 0
		f, err := find(t, b, Wanted{
			Passed:   func(name string, why logs.Reason) { passed = append(passed, name+" "+string(why)) },
			Progress: func(n int) { found += n },
		}, path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if len(f.Sources) != 24 || found != 24 || strings.Join(f.Regions, " ") != "eu-west-1 us-west-2" {
			t.Errorf("%s: %d objects, regions %v:\n%s", path, len(f.Sources), f.Regions, names(f))
		}
		slices.Sort(passed)
		if len(passed) != 10 || passed[0] != "s3://trails/"+prefix+"AWSLogs/"+one+"/CloudTrail-Digest/ folder with no log of CloudTrail in it" {
			t.Errorf("%s: passed over\n%s", path, strings.Join(passed, "\n"))
		}
	}
	b := organisation("")
	if f, err := find(t, b, Wanted{Regions: []string{AllRegions}}, "s3://trails/AWSLogs/", "s3://trails/"+key("", one, "us-east-1", "2026-01-01", 0)); err != nil || len(f.Sources) != 72 || len(f.Regions) > 0 {
		t.Errorf("all regions, and one object twice: %d, %v, %v", len(f.Sources), f.Regions, err)
	}
}

// Ensure that organisations stand between AWSLogs and the accounts.
func TestOrganisationsTrail(t *testing.T) {
	b := &s3stub.Bucket{Objects: map[string]s3stub.Object{}}
	for _, account := range []string{one, other} {
		k := strings.Replace(key("", account, "us-east-1", "2026-01-01", 0), "AWSLogs/", "AWSLogs/o-abcdefghij/", 1)
		b.Objects[k] = s3stub.Object{Data: file(account, "2026-01-01", 0)}
	}
	b.Objects["AWSLogs/aws-account-id="+one+"/aws-service=vpcflowlogs/x.gz"] = s3stub.Object{}
	f, err := find(t, b, Wanted{Accounts: []string{other}}, "s3://trails/AWSLogs")
	if err != nil || len(f.Sources) != 1 || !strings.Contains(names(f), "o-abcdefghij/"+other) {
		t.Errorf("%v\n%s", err, names(f))
	}
}

// Ensure that what CloudTrail did not lay out is read whole.
func TestPlainCopies(t *testing.T) {
	b := &s3stub.Bucket{Objects: map[string]s3stub.Object{
		"copy/x.json": {}, "copy/y/2020/z.json.gz": {}, "copy/" + one + "/w.ndjson": {},
		"copy/CloudTrail/us-east-1/2020/01/01/old.json.gz": {}, "copy/CloudTrail/us-east-1/2026/01/01/new.json.gz": {}, "copy/CloudTrail/us-east-1/2026/13/odd.json.gz": {},
		"copied/x.json": {},
	}}
	f, err := find(t, b, Wanted{Since: day("2026-01-01"), Accounts: []string{other}}, "s3://trails/copy")
	want := strings.Join([]string{
		"copy/111122223333/w.ndjson", "copy/CloudTrail/us-east-1/2026/01/01/new.json.gz", "copy/CloudTrail/us-east-1/2026/13/odd.json.gz", "copy/x.json", "copy/y/2020/z.json.gz",
	}, "\n")
	if err != nil || names(f) != want {
		t.Errorf("%v\n%s", err, names(f))
	}
}

// Ensure that IAM's home is read in each partition, and regions of partitions whose home is not known.
func TestHomeRegions(t *testing.T) {
	w := Wanted{Regions: []string{"eu-west-1"}}
	var got []string
	for _, region := range []string{"us-east-1", "us-west-2", "eu-west-1", "us-gov-west-1", "us-gov-east-1", "cn-north-1", "cn-northwest-1", "us-iso-east-1", "us-isob-east-1", "eusc-de-east-1", "mx-central-1"} {
		if w.region(region) {
			got = append(got, region)
		}
	}
	if strings.Join(got, " ") != "us-east-1 eu-west-1 us-gov-west-1 cn-north-1 us-iso-east-1 us-isob-east-1 eusc-de-east-1" {
		t.Error(got)
	}
}

// Ensure that three events are the same from S3, one of them by way of connections that break, and
// from a directory.
func TestTheSameAsFromADirectory(t *testing.T) {
	b := &s3stub.Bucket{Objects: map[string]s3stub.Object{}}
	dir := t.TempDir()
	for i := range 3 {
		k := key("", one, "us-east-1", "2026-01-01", i)
		object := s3stub.Object{Data: file(one, "2026-01-01", 2-i)}
		path := filepath.Join(dir, filepath.FromSlash(k))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, object.Data, 0o600)); err != nil {
			t.Fatal(err)
		}
		if i == 1 {
			object.Break = len(object.Data)/3 + 1
		}
		b.Objects[k] = object
	}
	f, err := find(t, b, Wanted{}, "s3://trails/AWSLogs/")
	if err != nil {
		t.Fatal(err)
	}
	files, err := logs.Files([]string{dir}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	fromS3, got := read(t, f.Sources)
	fromDir, want := read(t, files)
	if len(want) != 3 || !slices.Equal(got, want) || len(fromS3.Incomplete)+len(fromDir.Incomplete) > 0 || fromS3.Bytes != fromDir.Bytes {
		t.Errorf("%q\n%q\n%+v\n%+v", got, want, fromS3.Tally, fromDir.Tally)
	}
	size := len(b.Objects[key("", one, "us-east-1", "2026-01-01", 1)].Data)
	broken := b.Objects[key("", one, "us-east-1", "2026-01-01", 1)].Break
	reads := b.Read()
	for _, from := range []int{broken, 2 * broken} {
		if from < size && !slices.ContainsFunc(reads, func(r string) bool { return strings.HasSuffix(r, fmt.Sprintf(" bytes=%d-", from)) }) {
			t.Errorf("was not resumed at %d: %q", from, reads)
		}
	}
	if len(reads) != 5 {
		t.Errorf("%d reads: %q", len(reads), reads)
	}
}

// Ensure that an object that cannot be read is told with what to do, and ends nothing.
func TestObjectsThatCannotBeRead(t *testing.T) {
	data := file(one, "2026-01-01", 1)
	for name, c := range map[string]struct {
		object s3stub.Object
		want   string
	}{
		"denied":    {s3stub.Object{Code: "AccessDenied", Status: 403, Message: "Access Denied"}, "reading: AccessDenied: Access Denied (the credentials lack s3:GetObject"},
		"key":       {s3stub.Object{Code: "AccessDenied", Status: 403, Message: "User: x is not authorized to perform: kms:Decrypt on resource: y"}, "the credentials lack kms:Decrypt"},
		"disabled":  {s3stub.Object{Code: "KMS.DisabledException", Status: 400, Message: "is disabled"}, "the KMS key that it is encrypted with cannot be used"},
		"archive":   {s3stub.Object{Code: "InvalidObjectState", Status: 403, Message: "not valid"}, "it is in GLACIER: restore it first"},
		"gone":      {s3stub.Object{Code: "NoSuchKey", Status: 404, Message: "no"}, "lifecycle rule"},
		"broken":    {s3stub.Object{Data: data, Break: 10}, "the connection broke 6 times, the last time at byte 60 of "},
		"replaced":  {s3stub.Object{Data: data, Break: 10, Changes: true}, "it was replaced while it was read"},
		"no ranges": {s3stub.Object{Data: data, Break: 10, Whole: true}, "the connection broke at byte 10, and S3 did not go on from there"},
		"silent":    {s3stub.Object{Data: data, Break: 10, Silent: true}, ": nothing came for 50ms, after"},
		"cut":       {s3stub.Object{Data: data[:len(data)-20]}, "the file ends in the middle"},
		"slow down": {s3stub.Object{Code: "SlowDown", Status: 503, Message: "Please reduce your request rate."}, "SlowDown"},
	} {
		bad, good := key("", one, "us-east-1", "2026-01-01", 1), key("", one, "us-east-1", "2026-01-01", 2)
		b := &s3stub.Bucket{Objects: map[string]s3stub.Object{bad: c.object, good: {Data: data}}}
		var w Wanted
		if c.object.Silent {
			w.patience = 50 * time.Millisecond
		}
		f, err := find(t, b, w, "s3://trails/AWSLogs/")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		l, records := read(t, f.Sources)
		text := strings.Join(l.Incomplete, "\n")
		if len(records) == 0 || len(l.Incomplete) != 1 || !strings.HasPrefix(text, "s3://trails/"+bad+": ") || !strings.Contains(text, c.want) || strings.Contains(text, "\n") {
			t.Errorf("%s: %d records, %s", name, len(records), text)
		}
	}
}

// Ensure that the policy of docs/backtest.md is enough.
func TestThePolicyIsEnough(t *testing.T) {
	text, err := os.ReadFile("../../docs/backtest.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "## From S3")
	_, json, _ := strings.Cut(section, "```json\n")
	json, _, _ = strings.Cut(json, "```")
	document, err := policy.Parse([]byte(strings.ReplaceAll(json, "BUCKET", "trails")))
	if err != nil {
		t.Fatal(err)
	}
	policies := &eval.Policies{Identity: []*eval.Policy{eval.Compile(document)}}
	jane, err := eval.ParsePrincipal("arn:aws:iam::" + one + ":user/jane")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	used := map[int32]bool{}
	for _, path := range []string{"s3://trails/AWSLogs", "s3://trails/AWSLogs/"} {
		b := organisation("")
		b.Allows = func(action, key string, prefix *string) bool {
			context := map[string][]string{}
			resource := "arn:aws:s3:::trails"
			if prefix != nil {
				context["s3:prefix"] = []string{*prefix}
			}
			if key != "" {
				resource += "/" + key
			}
			d := eval.Evaluate(policies, &eval.Request{
				Principal: jane, Action: action, Resource: resource, Context: eval.NewContext(context),
			})
			mu.Lock()
			defer mu.Unlock()
			used[d.Place.Statement] = true
			return d.Outcome == eval.Allow
		}
		f, err := find(t, b, Wanted{}, path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if l, records := read(t, f.Sources); len(l.Incomplete) > 0 || len(records) != 24 {
			t.Errorf("%s: %d records, %q", path, len(records), l.Incomplete)
		}
	}
	if !used[0] || !used[1] {
		t.Errorf("statements %v were used", used)
	}
}

// Ensure that throttling many reads at once costs time alone.
func TestThrottled(t *testing.T) {
	b := &s3stub.Bucket{Page: 1000, Objects: map[string]s3stub.Object{}}
	for n := range Parallel {
		b.Objects[key("", one, "us-east-1", "2026-01-01", n)] = s3stub.Object{Data: file(one, "2026-01-01", 1), Throttled: 2}
	}
	config := serve(t, b)
	config.RetryMaxAttempts = 3
	f, err := Sources(t.Context(), config, []Place{{"trails", "AWSLogs/"}}, Wanted{})
	if err != nil {
		t.Fatal(err)
	}
	l, records := read(t, f.Sources)
	if len(records) != Parallel || len(l.Incomplete) > 0 || len(b.Read()) != 3*Parallel {
		t.Errorf("%d records of %d reads, %q", len(records), len(b.Read()), l.Incomplete)
	}
}

// Ensure that what cannot be listed, or is not there, is an error that says what to do.
func TestPlacesThatCannotBeListed(t *testing.T) {
	at := "s3://trails/AWSLogs/" + one + "/"
	for name, c := range map[string]struct {
		path   string
		wanted Wanted
		set    func(*s3stub.Bucket)
		want   string
	}{
		"denied": {path: at, set: func(b *s3stub.Bucket) {
			b.Allows = func(_, _ string, prefix *string) bool {
				return prefix == nil || !strings.HasPrefix(*prefix, "AWSLogs/"+one+"/CloudTrail/us-east-1/2026/")
			}
		}, want: "listing " + at + "CloudTrail/us-east-1/2026/: AccessDenied: User: arn:aws:iam::111122223333:user/jane is not authorized to perform: s3:ListBucket (the credentials lack s3:ListBucket"},
		"no bucket":      {path: "s3://trials/AWSLogs/", want: "listing s3://trials/AWSLogs/: NoSuchBucket: The specified bucket does not exist (no bucket has this name"},
		"requester pays": {path: at, set: func(b *s3stub.Bucket) { b.RequesterPays = true }, want: "give --requester-pays"},
		"nothing":        {path: "s3://trails/AWS", want: "s3://trails/AWS: there is no object of this key, and none below it"},
		"no region": {path: at, wanted: Wanted{Accounts: []string{one}}, set: func(b *s3stub.Bucket) {
			for k := range b.Objects {
				if strings.Contains(k, "us-east-1/") {
					delete(b.Objects, k)
				}
			}
		}, want: "s3://trails/AWSLogs/" + one + "/: no object in it was asked for; passed over: folder of a region that was not asked for (2; --region eu-west-1,us-west-2 reads them)"},
		"no day":     {path: at, wanted: Wanted{Since: day("2027-01-01")}, want: "folder of days that were not asked for"},
		"no account": {path: "s3://trails", wanted: Wanted{Accounts: []string{"777788889999"}}, want: "s3://trails/: no object in it was asked for; passed over: folder of an account that was not asked for (2)"},
	} {
		b := organisation("")
		if c.set != nil {
			c.set(b)
		}
		f, err := find(t, b, c.wanted, c.path)
		if err == nil || !strings.Contains(err.Error(), c.want) || len(f.Sources) > 0 {
			t.Errorf("%s: %v, %d objects", name, err, len(f.Sources))
		}
	}
	b := organisation("")
	b.RequesterPays = true
	f, err := find(t, b, Wanted{RequesterPays: true}, at)
	if err != nil {
		t.Fatal(err)
	}
	if l, records := read(t, f.Sources); len(l.Incomplete) > 0 || len(records) != 12 {
		t.Errorf("%d records, %q", len(records), l.Incomplete)
	}
	nowhere := serve(t, organisation(""))
	nowhere.BaseEndpoint = aws.String("http://127.0.0.1:1")
	if _, err := Sources(t.Context(), nowhere, []Place{{"trails", "AWSLogs/"}}, Wanted{}); err == nil || !strings.Contains(err.Error(), "asking for the region of the bucket trails: ") || !strings.Contains(err.Error(), "S3 cannot be reached from here") {
		t.Errorf("nowhere: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Sources(ctx, serve(t, organisation("")), []Place{{"trails", "AWSLogs/"}}, Wanted{}); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

// Ensure that a place is what people may write, that it reads as it is written, and that CloudTrail's
// layout is seen in any key without a day that is none.
func FuzzParse(f *testing.F) {
	for _, path := range []string{
		"s3://trails", "s3://trails/", "s3://trails/AWSLogs/" + one, "s3://trails/a//b/", "s3://UPPER_case.old/x", "s3:///x", "s3://a", "s3://trails/AWSLogs/o-abcdefghij/" + one + "/CloudTrail/us-east-1/2024/02/29/x.json.gz",
		"s3://trails/AWSLogs/" + one + "/CloudTrail/us-east-1/0000/00/00/", "s3://trails/AWSLogs/" + one + "/CloudTrail/us-east-1/2023/02/29/", "s3://arn:aws:s3:us-east-1:1:accesspoint/x", "s3://trails/\xff",
	} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		place, err := Parse(path)
		if err != nil {
			if place != (Place{}) {
				t.Fatalf("%q: %v, and %+v", path, err, place)
			}
			return
		}
		if got := place.String(); got != path && got != path+"/" {
			t.Fatalf("%q is read as %q", path, got)
		}
		again, err := Parse(place.String())
		if err != nil || again != place {
			t.Fatalf("%q, and then %q: %v", place, again, err)
		}
		folder := place.Prefix[:strings.LastIndex(place.Prefix, "/")+1]
		l := at(folder)
		if l.prefix != folder || l.level == foreign || l.first.IsZero() != l.end.IsZero() || !l.first.IsZero() && !l.first.Before(l.end) {
			t.Fatalf("%q: %+v", folder, l)
		}
		if l.level != whole {
			return
		}
		// What names a day names it as it is written.
		if d := l.end.Sub(l.first); d == 24*time.Hour && !strings.Contains(folder, l.first.Format("/2006/01/02/")) {
			t.Fatalf("%q is of %s", folder, l.first)
		}
	})
}
