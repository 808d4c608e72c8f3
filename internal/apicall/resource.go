package apicall

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/trail"
	"github.com/ringfence/ringfence/internal/wildcard"
)

// Resource is what a call was on.
type Resource struct {
	// ARN is the ARN, or "*" for an action that takes no resource.
	ARN string
	// Pattern is true if only a pattern of the ARN is known. The pattern "*" means that nothing is known.
	Pattern bool
}

// unknownResource is the resource of which nothing is known.
var unknownResource = Resource{ARN: "*", Pattern: true}

// Unknown reports whether nothing is known of the resource.
func (r Resource) Unknown() bool { return r == unknownResource }

// On returns all resources that one action of the call was on. IAM has to allow the action on each of them.
func (r *Record) On(n Need) []Resource {
	if !n.TakesResource() {
		return []Resource{{ARN: "*"}}
	}
	if r.Bare {
		return []Resource{unknownResource}
	}
	if n.Service == "s3" {
		if list := r.bucketOrObject(n); list != nil {
			return list
		}
	}
	patterns := n.Resources()
	whole := len(patterns) == 1
	var list []Resource
	for _, arn := range r.arns() {
		if among(patterns, arn) {
			list = append(list, Resource{ARN: arn})
		}
	}
	if len(list) == 0 {
		list, whole = r.named(patterns)
	}
	if whole && len(list) > 0 {
		return list
	}
	return append(list, unknownResource)
}

// among reports whether an ARN is one of the kinds of resources that patterns describe.
func among(patterns []string, arn string) bool {
	for _, p := range patterns {
		if wildcard.Match(p, arn) {
			return true
		}
	}
	return false
}

// arns returns the ARNs that the record lists as resources, and those among its parameters.
func (r *Record) arns() (list []string) {
	var on []struct{ ARN trail.Text }
	_ = json.Unmarshal(r.Resources, &on) // the list is optional
	for _, one := range on {
		if one.ARN != "" {
			list = append(list, string(one.ARN))
		}
	}
	p := r.parameters()
	for name := range p {
		text := p.text(name)
		if strings.HasPrefix(text, "arn:") && strings.Count(text, ":") >= 5 && !strings.HasPrefix(name, "source") {
			list = append(list, text)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// bucketOrObject returns the resource of an action on a bucket or object of S3; nil if the record does not have it.
//
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html#amazons3-resources-for-iam-policies
func (r *Record) bucketOrObject(n Need) []Resource {
	p := r.parameters()
	bucket, key := p.text("bucketName"), p.text("key")
	if n.Source {
		bucket, key, _ = strings.Cut(strings.TrimPrefix(p.text("x-amz-copy-source"), "/"), "/")
		key, _, _ = strings.Cut(key, "?versionId=")
	}
	if bucket == "" || strings.HasPrefix(bucket, "arn:") {
		return nil
	}
	if isAlias(bucket) {
		return []Resource{unknownResource}
	}
	arn := "arn:" + r.Partition() + ":s3:::" + bucket
	onObject := slices.Contains(n.Resources(), "arn:*:s3:::*/*")
	switch {
	case onObject && key != "":
		return []Resource{{ARN: arn + "/" + key}}
	case onObject:
		return []Resource{{ARN: arn + "/*", Pattern: true}}
	case slices.Contains(n.Resources(), "arn:*:s3:::*"):
		return []Resource{{ARN: arn}}
	}
	return nil
}

// isAlias reports whether the name of a bucket is that of an access point or of another kind of bucket, which have
// ARNs of other forms. AWS reserves these endings.
//
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
func isAlias(bucket string) bool {
	for _, end := range []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"} {
		if strings.HasSuffix(bucket, end) {
			return true
		}
	}
	return false
}
