package s3logs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// Parallel is the number of objects to read at once. S3 needs about 30 to 100 ms until the first byte of an object, and
// most CloudTrail files are small: read one after another, a processor would mostly wait.
const Parallel = 64

// breaks is how often the connection may break while an object is read.
const breaks = 5

func (b *bucket) opener(key string) func(context.Context) (io.ReadCloser, error) {
	return func(ctx context.Context) (io.ReadCloser, error) {
		o := &object{ctx: ctx, bucket: b, key: key, size: -1}
		return o, o.get()
	}
}

// object is an object that is being read. If the connection breaks, it continues from there.
type object struct {
	ctx    context.Context
	bucket *bucket
	key    string

	body   io.ReadCloser
	cancel context.CancelFunc
	etag   *string
	// size is -1 if it is unknown.
	size, at int64
	broken   int
}

// get requests the object, or the rest of it. The object must not have changed.
func (o *object) get() error {
	ctx, cancel := context.WithCancel(o.ctx)
	in := &s3.GetObjectInput{Bucket: &o.bucket.name, Key: &o.key, RequestPayer: o.bucket.payer}
	if o.at > 0 {
		in.Range = aws.String(fmt.Sprintf("bytes=%d-", o.at))
		in.IfMatch = o.etag
	}
	out, err := o.bucket.client.GetObject(ctx, in)
	if err != nil {
		cancel()
		return explain(err, "s3:GetObject", "reading")
	}
	if o.at > 0 && !strings.HasPrefix(aws.ToString(out.ContentRange), fmt.Sprintf("bytes %d-", o.at)) {
		cancel()
		_ = out.Body.Close()
		return fmt.Errorf("reading: the connection broke at byte %d, and S3 did not go on from there", o.at)
	}
	if o.at == 0 {
		o.etag = out.ETag
		if out.ContentLength != nil && o.etag != nil {
			o.size = *out.ContentLength
		}
	}
	o.body, o.cancel = out.Body, cancel
	return nil
}

// Read reads on. It requests the rest again if the connection breaks or no data comes.
func (o *object) Read(p []byte) (int, error) {
	for {
		if o.body == nil {
			if err := o.get(); err != nil {
				return 0, err
			}
		}
		silent := time.AfterFunc(o.bucket.patience, o.cancel)
		n, err := o.body.Read(p)
		late := !silent.Stop()
		o.at += int64(n)
		switch {
		case err == nil, errors.Is(err, io.EOF) && o.at >= o.size:
			return n, err
		case o.ctx.Err() != nil:
			return n, o.ctx.Err()
		case late:
			err = fmt.Errorf("nothing came for %s", o.bucket.patience)
		}
		if o.at >= o.size { // a checksum that does not fit, say
			return n, fmt.Errorf("reading: %w", err)
		}
		if o.broken++; o.broken > breaks {
			// Its text alone: that the connection ended early does not say that the object does.
			return n, fmt.Errorf("reading: the connection broke %d times, the last time at byte %d of %d: %s", o.broken, o.at, o.size, err.Error())
		}
		_ = o.Close() // it is broken
		if n > 0 {
			return n, nil
		}
	}
}

// Close stops reading.
func (o *object) Close() error {
	if o.body == nil {
		return nil
	}
	o.cancel()
	err := o.body.Close()
	o.body = nil
	return err
}
