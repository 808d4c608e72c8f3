package trail

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/fault"
)

func TestRecordsSplitsEveryForm(t *testing.T) {
	for data, want := range map[string]int{
		"":                                     0,
		"\n \n":                                0,
		"\ufeff{\"Records\":[{\"n\":0}]}":      1,
		`{"Records":[]}`:                       0,
		`{"Records":[{"n":0},{"n":1}]}`:        2,
		`{"n":0}`:                              1,
		`{"detail-type":"x","detail":{"n":0}}`: 1,
		"{\"n\":0}\n{\"n\":1}\n{\"n\":2}\n":    3,
		`{"n":0}{"n":1}`:                       2,
		"{\"n\":0}\r\n\r\n{\"n\":1}":           2,
		`[{"n":0},{"n":1}]`:                    2,
		`{"awsAccountId":"123456789012","digestS3Object":"AWSLogs/x.json.gz","logFiles":[{"s3Object":"y"}]}`: 0,
		`[]`:                              0,
		"{\n  \"n\": 0\n}\n":              1,
		`[{"Records":[{"n":0}]},{"n":1}]`: 2,
		"{\"Records\":[{\"n\":0}]}\n{\"Records\":[{\"n\":1},{\"n\":2}]}": 3,
	} {
		got, err := Records([]byte(data))
		if err != nil || len(got) != want {
			t.Errorf("Records(%q) = %s, %v; want %d records", data, got, err, want)
			continue
		}
		for i, record := range got {
			if n := fmt.Sprintf(`"n":%d`, i); !strings.Contains(strings.ReplaceAll(string(record), " ", ""), n) {
				t.Errorf("Records(%q)[%d] = %s", data, i, record)
			}
		}
	}
}

func TestRecordsKeepsWhatCameBeforeAFault(t *testing.T) {
	for data, want := range map[string]struct {
		records int
		text    string
	}{
		"{\"n\":0}\n{\"n\":":             {1, "not JSON, after byte 7 and 1 records: unexpected EOF"},
		"eventTime,eventName":            {0, "not JSON, after byte 0 and 0 records"},
		"{\"n\":0}\nx":                   {1, "not JSON"},
		"{\"n\":0} 7":                    {1, "record 2: \"7\" is not a JSON object"},
		"[{\"n\":0},\"x\"]":              {1, "record 2: "},
		`{"Records":{"n":0}}`:            {0, "Records: not an array"},
		`[[[[{"n":0}]]]]`:                {0, "record 1: "},
		`[[{"Records":[]}]]`:             {0, "record 1: Records inside of Records"},
		strings.Repeat("[", 9000) + "{":  {0, "not JSON"},
		strings.Repeat("[", 20000) + "{": {0, "not JSON"},
	} {
		got, err := Records([]byte(data))
		if err == nil || !strings.HasPrefix(err.Error(), want.text) || fault.ClassOf(err) != fault.BadInput || len(got) != want.records {
			t.Errorf("Records(%.60q) = %s, %v; want %d records and %q", data, got, err, want.records, want.text)
		}
	}
}

func FuzzRecords(f *testing.F) {
	var lines bytes.Buffer
	for _, data := range samples(f) {
		f.Add(data)
		f.Add(append(append([]byte(`{"Records":[`), data...), "]}"...))
		if err := json.Compact(&lines, data); err != nil {
			f.Fatal(err)
		}
		lines.WriteByte('\n')
	}
	f.Add(lines.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		records, err := Records(data)
		if err != nil && fault.ClassOf(err) != fault.BadInput {
			t.Errorf("class of %v", err)
		}
		for _, record := range records {
			if !json.Valid(record) || record[0] != '{' {
				t.Errorf("not an object: %q", record)
			}
			if again, err := Records(record); err != nil || len(again) != 1 || !bytes.Equal(again[0], record) {
				t.Errorf("Records(%q) = %q, %v", record, again, err)
			}
		}
	})
}
