// Package s3stub is as much of S3 as reading logs needs, for tests: listing in pages, and reading
// objects whole and in part. It can fail as S3 does.
package s3stub

import (
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Object is an object. What is not zero of Code and below is how reading it fails.
type Object struct {
	Data []byte
	// Code, Status and Message are of the error that is given in its place.
	Code, Message string
	Status        int
	// Throttled refuses so many reads.
	Throttled int
	// Break ends each connection after so many bytes.
	Break int
	// Silent sends nothing more at the break, and leaves the connection open.
	Silent bool
	// Whole has it sent from its beginning, whatever part was asked for.
	Whole bool
	// Changes gives it another ETag each time.
	Changes bool
}

// Bucket is an S3 with one bucket. Its fields are not to be changed once it serves.
type Bucket struct {
	Name, Region string
	Objects      map[string]Object
	// Page is how many keys and prefixes are listed at a time.
	Page int
	// Allows says what the caller may do, by the action, what it is done to in the bucket, and the
	// prefix that is listed where one is. Nil for everything.
	Allows func(action, key string, prefix *string) bool
	// RequesterPays refuses who does not say that they pay.
	RequesterPays bool

	mu     sync.Mutex
	listed []string
	read   []string
}

// Listed are the prefixes that were listed, sorted, each once. Where all below was, it ends with a
// star.
func (b *Bucket) Listed() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	slices.Sort(b.listed)
	b.listed = slices.Compact(b.listed)
	return slices.Clone(b.listed)
}

// Read are the keys that were read, and what part of each, in order.
func (b *Bucket) Read() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.read)
}

// ServeHTTP answers as S3 does where buckets are in the path.
func (b *Bucket) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if !strings.Contains(r.Header.Get("Authorization"), "/aws4_request") {
		refuse(w, r, http.StatusForbidden, "AccessDenied", "Access Denied")
		return
	}
	if name != b.Name {
		refuse(w, r, http.StatusNotFound, "NoSuchBucket", "The specified bucket does not exist")
		return
	}
	w.Header().Set("X-Amz-Bucket-Region", b.Region)
	switch {
	case !strings.Contains(r.Header.Get("Authorization"), "/"+b.Region+"/s3/"):
		refuse(w, r, http.StatusMovedPermanently, "PermanentRedirect", "The bucket you are attempting to access must be addressed using the specified endpoint.")
	case key == "" && r.Method == http.MethodHead:
		if !b.allows("s3:ListBucket", "", nil) {
			refuse(w, r, http.StatusForbidden, "AccessDenied", "Access Denied")
		}
	case b.RequesterPays && r.Header.Get("X-Amz-Request-Payer") != "requester":
		refuse(w, r, http.StatusForbidden, "AccessDenied", "Access Denied")
	case key == "":
		b.list(w, r)
	default:
		b.get(w, r, key)
	}
}

func (b *Bucket) allows(action, key string, prefix *string) bool {
	return b.Allows == nil || b.Allows(action, key, prefix)
}

func refuse(w http.ResponseWriter, r *http.Request, status int, code, message string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = fmt.Fprintf(w, `<Error><Code>%s</Code><Message>%s</Message><StorageClass>GLACIER</StorageClass></Error>`, code, message)
	}
}

type common struct{ Prefix string }

type content struct {
	Key  string
	Size int
}

type answer struct {
	XMLName               xml.Name `xml:"ListBucketResult"`
	IsTruncated           bool
	NextContinuationToken string `xml:",omitempty"`
	Contents              []content
	CommonPrefixes        []common
}

// list answers ListObjectsV2.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
func (b *Bucket) list(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	prefix := q.Get("prefix")
	listed := prefix
	if q.Get("delimiter") == "" {
		listed += "*"
	}
	b.mu.Lock()
	b.listed = append(b.listed, listed)
	b.mu.Unlock()
	if q.Get("list-type") != "2" || !b.allows("s3:ListBucket", "", &prefix) {
		refuse(w, r, http.StatusForbidden, "AccessDenied", "User: arn:aws:iam::111122223333:user/jane is not authorized to perform: s3:ListBucket")
		return
	}
	after, _ := base64.StdEncoding.DecodeString(q.Get("continuation-token"))
	var a answer
	last := ""
	for _, key := range slices.Sorted(maps.Keys(b.Objects)) {
		rest, in := strings.CutPrefix(key, prefix)
		if !in {
			continue
		}
		entry := key
		folder, _, inside := strings.Cut(rest, "/")
		if inside = inside && q.Get("delimiter") == "/"; inside {
			entry = prefix + folder + "/"
		}
		if entry <= string(after) || entry == last {
			continue
		}
		if len(a.Contents)+len(a.CommonPrefixes) == b.Page {
			a.IsTruncated = true
			a.NextContinuationToken = base64.StdEncoding.EncodeToString([]byte(last))
			break
		}
		last = entry
		if inside {
			a.CommonPrefixes = append(a.CommonPrefixes, common{entry})
		} else {
			a.Contents = append(a.Contents, content{key, len(b.Objects[key].Data)})
		}
	}
	w.Header().Set("Content-Type", "application/xml")
	_ = xml.NewEncoder(w).Encode(a)
}

// get answers GetObject and HeadObject.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
func (b *Bucket) get(w http.ResponseWriter, r *http.Request, key string) {
	object, ok := b.Objects[key]
	b.mu.Lock()
	if r.Method == http.MethodGet {
		b.read = append(b.read, strings.TrimSpace(key+" "+r.Header.Get("Range")))
	}
	etag := `"one"`
	if object.Changes {
		etag = fmt.Sprintf("%q", strconv.Itoa(len(b.read)))
	}
	reads := 0
	for _, r := range b.read {
		if r == key {
			reads++
		}
	}
	b.mu.Unlock()
	switch wanted := r.Header.Get("If-Match"); {
	case !b.allows("s3:GetObject", key, nil):
		refuse(w, r, http.StatusForbidden, "AccessDenied", "Access Denied")
		return
	case !ok:
		refuse(w, r, http.StatusNotFound, "NoSuchKey", "The specified key does not exist.")
		return
	case object.Code != "":
		refuse(w, r, object.Status, object.Code, object.Message)
		return
	case reads <= object.Throttled && r.Method == http.MethodGet:
		refuse(w, r, http.StatusServiceUnavailable, "SlowDown", "Please reduce your request rate.")
		return
	case wanted != "" && wanted != etag:
		refuse(w, r, http.StatusPreconditionFailed, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
		return
	}
	from, status := 0, http.StatusOK
	if text, ok := strings.CutPrefix(r.Header.Get("Range"), "bytes="); ok && !object.Whole {
		from, _ = strconv.Atoi(strings.TrimSuffix(text, "-"))
		status = http.StatusPartialContent
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(object.Data)-1, len(object.Data)))
	}
	body := object.Data[from:]
	w.Header().Set("Etag", etag)
	w.Header().Set("Content-Encoding", "gzip") // CloudTrail says so of its files
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method == http.MethodHead {
		return
	}
	if object.Break == 0 || object.Break >= len(body) {
		_, _ = w.Write(body)
		return
	}
	_, _ = w.Write(body[:object.Break])
	_ = http.NewResponseController(w).Flush()
	if object.Silent {
		<-r.Context().Done()
	}
	panic(http.ErrAbortHandler)
}
