package s3logs

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/ringfence/ringfence/internal/logs"
)

// patience is the default of [Wanted]'s patience.
const patience = 30 * time.Second

// bucket is a bucket with a client for its region.
type bucket struct {
	client   *s3.Client
	name     string
	payer    types.RequestPayer
	patience time.Duration
}

// open finds the region of a bucket, since S3 answers only there. S3 returns the region even to callers without
// permissions on the bucket.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
func open(ctx context.Context, config aws.Config, name string, w *Wanted) (*bucket, error) {
	b := &bucket{name: name, patience: cmp.Or(w.patience, patience)}
	if w.RequesterPays {
		b.payer = types.RequestPayerRequester
	}
	config.Region = cmp.Or(config.Region, "us-east-1")
	b.client = s3.NewFromConfig(config, settings)
	out, err := b.client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &name})
	var answer *smithyhttp.ResponseError
	where := ""
	switch {
	case err == nil:
		where = aws.ToString(out.BucketRegion)
	case errors.As(err, &answer) && answer.HTTPStatusCode() > 0: // what is wrong comes out when it is listed
		where = answer.Response.Header.Get("X-Amz-Bucket-Region")
	default:
		return nil, explain(err, "s3:ListBucket", "asking for the region of the bucket %s", name)
	}
	if where != "" && where != config.Region {
		config.Region = where
		b.client = s3.NewFromConfig(config, settings)
	}
	return b, nil
}

// settings configures a client for many small objects at once.
func settings(o *s3.Options) {
	// A custom endpoint rarely has a name for each bucket.
	o.UsePathStyle = o.BaseEndpoint != nil
	o.DisableLogOutputChecksumValidationSkipped = true
	// The adaptive mode slows to one call in two seconds after a single throttle. The standard mode stops after about a
	// hundred retries, which is too few for so many concurrent calls.
	o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) { o.RateLimiter = ratelimit.None })
	if client, ok := o.HTTPClient.(*awshttp.BuildableClient); ok {
		o.HTTPClient = client.WithTransportOptions(func(t *http.Transport) {
			t.MaxIdleConnsPerHost = Parallel
			t.ResponseHeaderTimeout = patience
		})
	}
}

// object is the source of one object.
func (b *bucket) object(key string, size *int64) logs.Source {
	name := Place{b.name, key}.String()
	key = name[len(name)-len(key):] // there may be millions of them
	return logs.Source{Name: name, Size: aws.ToInt64(size), Open: b.opener(key)}
}

// named returns the object with a key, if there is one.
func (b *bucket) named(ctx context.Context, key string) (logs.Source, bool) {
	out, err := b.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &b.name, Key: &key, RequestPayer: b.payer})
	if err != nil { // then it is taken as a folder, and listing that says what is wrong
		return logs.Source{}, false
	}
	s := b.object(key, out.ContentLength)
	s.Named = true
	return s, true
}

// list lists a folder: pages of objects and of names of folders. For a [whole] folder it lists everything below it.
func (b *bucket) list(ctx context.Context, l layout, take func(objects []types.Object, folders []string)) error {
	in := &s3.ListObjectsV2Input{Bucket: &b.name, Prefix: &l.prefix, RequestPayer: b.payer}
	if l.level != whole {
		in.Delimiter = aws.String("/")
	}
	for pages := s3.NewListObjectsV2Paginator(b.client, in); pages.HasMorePages(); {
		out, err := pages.NextPage(ctx)
		if err != nil {
			return explain(err, "s3:ListBucket", "listing %s", Place{b.name, l.prefix})
		}
		var folders []string
		for _, p := range out.CommonPrefixes {
			folders = append(folders, strings.TrimSuffix(strings.TrimPrefix(aws.ToString(p.Prefix), l.prefix), "/"))
		}
		take(out.Contents, folders)
	}
	return nil
}
