package split

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func all(in io.Reader) (got []string, s *Splitter, err error) {
	s = begin(in)
	for {
		e, err := s.Next()
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return got, s, err
		}
		got = append(got, string(e.Raw))
	}
}

func TestEveryFormIsSplit(t *testing.T) {
	const a, b = `{"x":"}\\\"]{","n":[1,{"y":null}]}`, `{"z":"\\"}`
	for name, text := range map[string]string{
		"one after the other": a + b, "on lines": a + "\n" + b + "\n", "windows": a + "\r\n" + b + "\r\n",
		"array": "[" + a + " , " + b + "]", "file": `{"Records":[` + a + "," + b + "]}",
		"pretty": "{\n \"records\" : [\n" + a + ",\n" + b + "\n]\n}\n",
		"behind": `{"Events":[` + a + `],"more":{"Records":[7]},"s":"]}","n":-1.5,"logEvents":[` + b + `],"NextToken":"x"}`,
		"files":  `{"Records":[` + a + `]}{"Records":[` + b + `]}`,
		"text":   "2026-01-01T00:00:00Z " + a + "\n\t" + b,
		"tabs":   a + "\t" + b + "\n",
		"empty":  `{"Records":[]}` + a + "[]" + b,
	} {
		for how, in := range map[string]io.Reader{"whole": strings.NewReader(text), "bytes": iotest.OneByteReader(strings.NewReader(text))} {
			got, s, err := all(in)
			if err != nil || len(got) != 2 || got[0] != a || got[1] != b || s.Text() != 0 || s.Offset() != int64(len(text)) {
				t.Errorf("%s, %s: %q, %v, %d lines of text, %d of %d bytes", name, how, got, err, s.Text(), s.Offset(), len(text))
			}
		}
	}
}

func TestWhatIsNoList(t *testing.T) {
	for _, text := range []string{
		`{"Records":{"a":1}}`, `{"a":1,"Records":[1]}`, `{"Records":"x"}`, `{"Recordsx":[]}`, `{}`, `{"Records"`,
		`"{\"eventName\":\"x\"}"`,
	} {
		got, _, err := all(strings.NewReader(text))
		if text == `{"Records"` {
			if !errors.Is(err, ErrCut) {
				t.Errorf("%s: %v", text, err)
			}
		} else if err != nil || len(got) != 1 || got[0] != text {
			t.Errorf("%s: %q, %v", text, got, err)
		}
	}
	got, _, err := all(strings.NewReader(`["a",["b"],{"c":1}]`))
	if err != nil || fmt.Sprint(got) != `["a" ["b"] {"c":1}]` {
		t.Error(got, err)
	}
}

func TestACutIsSaid(t *testing.T) {
	for text, want := range map[string]int{
		`{"Records":[{"a":1},{"b":2},{"c"`: 2, `{"Records":[{"a":1}`: 1, `{"a":1}{"b":"`: 1, `[{"a":1},`: 1, `{"a":1}"x`: 1, `{`: 0,
		`{"Records":[{"a":1}],"next":"`: 1,
	} {
		got, _, err := all(strings.NewReader(text))
		if !errors.Is(err, ErrCut) || len(got) != want {
			t.Errorf("%s: %q, %v", text, got, err)
		}
	}
	broken := errors.New("broken")
	if got, _, err := all(io.MultiReader(strings.NewReader(`{"a":1}`), iotest.ErrReader(broken))); !errors.Is(err, broken) || len(got) != 1 {
		t.Error(got, err)
	}
}

// A line that is cut loses itself, not those after it.
func TestOnlyTheLineThatIsCutIsLost(t *testing.T) {
	for _, cut := range []string{`{"b":{"c":2`, `{"b":{"c":"x`, `{"b":[`} {
		got, _, err := all(strings.NewReader(`{"a":1}` + "\n" + cut + "\n" + `{"d":4}` + "\n" + `{"e":5}` + "\n"))
		if err != nil || fmt.Sprint(got) != `[{"a":1} `+cut+` {"d":4} {"e":5}]` {
			t.Errorf("%s: %q, %v", cut, got, err)
		}
	}
}

func TestTextIsCounted(t *testing.T) {
	for text, want := range map[string]int{"hello\nworld\n": 2, "hello": 1, "x\n{\"a\":1}\ny": 2, `[1,true,{"a":1}]`: 2, "}\n": 1} {
		if _, s, err := all(strings.NewReader(text)); err != nil || s.Text() != want {
			t.Errorf("%q: %d, %v", text, s.Text(), err)
		}
	}
}

func TestAnElementLongerThanTheBuffer(t *testing.T) {
	long := `{"eventName":"x","eventSource":"a.amazonaws.com","s":"` + strings.Repeat("x", 5*firstBuffer) + `"}`
	s := begin(strings.NewReader(`{"Records":[` + long + `,` + long + `]}`))
	for range 2 {
		if e, err := s.Next(); err != nil || string(e.Raw) != long || string(e.Name) != "x" {
			t.Fatal(err)
		}
	}
}

func TestWhatIsCertain(t *testing.T) {
	for text, want := range map[string]string{
		`{"eventSource":"s","eventName":"n"}`:                                    "s n",
		`{ "eventsource" : "s" , "eventname":"n"}`:                               "s n",
		`{"a":{"eventSource":"x"},"eventSource":"s","eventName":"n"}`:            "s n",
		`{"v":"eventSource","eventSource":"s","eventName":"n"}`:                  "s n",
		`{"eventSource":"s"}`:                                                    " ",
		`{"eventSource":"s","eventName":"n","eventName":"m"}`:                    " ",
		`{"eventSource":"s","eventName":"\u006e"}`:                               " ",
		`{"eventSource":"s","\u0065ventName":"n","eventName":"m"}`:               " ",
		`{"eventSource":"s","event\u004eame":"n","eventName":"m"}`:               " ",
		`{"event` + "\u017f" + `ource":"s","eventName":"n","eventSource":"t"}`:   " ",
		`{"eventSource":"s","eventName":"n","detail":{}}`:                        " ",
		`{"eventSource":"s","eventName":"n","Detail-Type":""}`:                   " ",
		`{"eventSource":"s","eventName":null}`:                                   " ",
		`{"eventSource":"s","eventName":{"eventName":"n"}}`:                      " ",
		"{\"eventSource\":\"s\",\n\"eventName\":\"n\"}":                          " ",
		`{"EventSource":"s","eventName":"n"}`:                                    " ",
		`{"eventSource":"s","eventName":"n","_raw":""}`:                          " ",
		`{"eventSource":"s","eventName":"n","CloudTrailEvent":""}`:               " ",
		`{"eventSource":"s","eventName":"n","eventJson":""}`:                     " ",
		`["eventSource","s","eventName","n"]`:                                    " ",
		`{"eventSource":"s","eventName":"n","a":"E1","b":"detail" ,"c":"_raw"}`:  "s n",
		`{"detailed":1,"eventSource":"s","eventName":"n","":"","e":"eventName"}`: "s n",
	} {
		e, err := begin(strings.NewReader(text)).Next()
		if got := string(e.Source) + " " + string(e.Name); err != nil || got != want {
			t.Errorf("%s: %q, %v", text, got, err)
		}
	}
}

// What is JSON is split as encoding/json does, and what is taken for certain is what it decodes.
func FuzzSplit(f *testing.F) {
	for _, s := range []string{
		`{"Records":[{"eventSource":"s","eventName":"n"}]}`, `[{"a":"\\\""}] {"b":[]} "x"`, `{"eventSource":"s","eventName":"n","detail":1}`,
		"{\"a\":1\n{\"b\":2}\n", `{"logEvents":[1,"x",[2]],"events":[{}]}`, "x {\"a\":1}\n]", `{"e\u0076entName":"x","eventname":"y","eventsource":"z"}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s := begin(iotest.HalfReader(bytes.NewReader(data)))
		whole := json.Valid(data)
		for {
			e, err := s.Next()
			if err != nil {
				if whole && !errors.Is(err, io.EOF) {
					t.Fatalf("%q is JSON: %v", data, err)
				}
				return
			}
			if whole && !json.Valid(e.Raw) {
				t.Fatalf("%q of %q is no JSON", e.Raw, data)
			}
			if e.Source == nil || !json.Valid(e.Raw) {
				continue
			}
			var got struct {
				EventSource, EventName string
				Detail                 any
				DetailType             any `json:"detail-type"`
			}
			if err := json.Unmarshal(e.Raw, &got); err != nil || got.EventSource != string(e.Source) || got.EventName != string(e.Name) ||
				got.Detail != nil || got.DetailType != nil {
				t.Fatalf("%q: %+v, %v", e.Raw, got, err)
			}
		}
	})
}

func BenchmarkSplit(b *testing.B) {
	const record = `{"eventVersion":"1.08","userIdentity":{"type":"AssumedRole","principalId":"AROAEXAMPLEEXAMPLE:session","arn":"arn:aws:sts::111122223333:assumed-role/app/session","accountId":"111122223333","accessKeyId":"ASIAEXAMPLEEXAMPLE","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROAEXAMPLEEXAMPLE","arn":"arn:aws:iam::111122223333:role/app","accountId":"111122223333","userName":"app"},"webIdFederationData":{},"attributes":{"creationDate":"2026-03-01T12:00:00Z","mfaAuthenticated":"false"}}},"eventTime":"2026-03-01T12:34:56Z","eventSource":"s3.amazonaws.com","eventName":"GetBucketAcl","awsRegion":"us-east-1","sourceIPAddress":"203.0.113.7","userAgent":"[aws-sdk-go-v2/1.30.0 os/linux lang/go#1.22 md/GOOS#linux api/s3#1.50]","requestParameters":{"bucketName":"amzn-s3-demo-bucket","Host":"amzn-s3-demo-bucket.s3.amazonaws.com","acl":""},"responseElements":null,"additionalEventData":{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":0,"AuthenticationMethod":"AuthHeader","bytesTransferredOut":480},"requestID":"EXAMPLE123456789","eventID":"11112222-3333-4444-5555-666677778888","readOnly":true,"resources":[{"accountId":"111122223333","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::amzn-s3-demo-bucket"}],"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management","tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"s3.amazonaws.com"}}`
	data := []byte(`{"Records":[` + strings.Repeat(record+",", 20000) + record + `]}`)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		s := begin(bytes.NewReader(data))
		n := 0
		for {
			e, err := s.Next()
			if err != nil {
				break
			}
			if e.Source != nil {
				n++
			}
		}
		if n != 20001 {
			b.Fatal(n)
		}
	}
}

// begin is a splitter of a stream.
func begin(in io.Reader) *Splitter {
	s := new(Splitter)
	s.Reset(in)
	return s
}
