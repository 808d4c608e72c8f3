// Package s3logs finds and opens logs that are in S3.
//
// CloudTrail stores its files by account, region and day. In a bucket with that layout, only the requested accounts,
// regions and days are listed: a month of one region costs the same in a bucket with years of all regions.
package s3logs

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// scheme is the beginning of an S3 path.
const scheme = "s3://"

// maxKey is the maximum length of a key in bytes.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
const maxKey = 1024

// bucketName matches the name of a bucket or the alias of an access point. Names from before March 2018 may be longer and
// have capitals and underscores.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
var bucketName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$`)

// Place is a place in S3: the key of an object, or a folder of them, in a bucket.
type Place struct{ Bucket, Prefix string }

// Is reports whether a path is an S3 path.
func Is(path string) bool { return strings.HasPrefix(path, scheme) }

// Parse parses a place: s3://bucket, s3://bucket/folder/ or s3://bucket/key.
func Parse(path string) (Place, error) {
	rest, ok := strings.CutPrefix(path, scheme)
	bucket, prefix, _ := strings.Cut(rest, "/")
	switch {
	case !ok || !bucketName.MatchString(bucket):
		return Place{}, fmt.Errorf("%q is no place in S3: write s3://BUCKET/PREFIX, with the name of the bucket or the alias of an access point", path)
	case len(prefix) > maxKey || !utf8.ValidString(prefix):
		return Place{}, fmt.Errorf("%q is no place in S3: a key is text of %d bytes at the most", path, maxKey)
	}
	return Place{bucket, prefix}, nil
}

// String returns the place as an S3 path.
func (p Place) String() string { return scheme + p.Bucket + "/" + p.Prefix }
