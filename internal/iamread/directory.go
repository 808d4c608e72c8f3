// Package iamread reads the current state of IAM: principals, their boundary policies, and
// their identity policies.
//
// It decides nothing. It returns the types of package principal, and its errors have a class
// (see package errclass): a failed read is never an answer. A response that lacks something IAM
// always returns is an error, and so is one about another account, which is what wrong
// credentials look like.
//
// IAM is eventually consistent: a response can be some seconds old.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
package iamread

import (
	"context"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/lru"
)

// Directory reads the IAM of one account. It is safe for concurrent use.
type Directory struct {
	api       iamAPI
	now       func() time.Time
	documents *lru.Map[version, []byte]
	managed   *lru.Map[string, remembered]
}

// iamAPI is the part of the IAM client that reading needs.
type iamAPI interface {
	principalAPI
	policyAPI
	memberAPI
	identityAPI
	allAPI
}

// maxCached is how many policy documents are cached. A managed policy has up to 6,144
// characters (AWS managed ones somewhat more), so this is a few megabytes at most.
const maxCached = 256

// New returns a directory that uses an [iam.Client] with credentials for the account.
func New(api iamAPI) *Directory {
	return &Directory{
		api:       api,
		now:       time.Now,
		documents: lru.New[version, []byte](maxCached),
		managed:   lru.New[string, remembered](maxCached),
	}
}

// pager is one of the SDK's paginators over calls of IAM.
type pager[Out any] interface {
	HasMorePages() bool
	NextPage(context.Context, ...func(*iam.Options)) (*Out, error)
}

// collect reads all pages of a list.
func collect[Out, Item any](ctx context.Context, pages pager[Out], items func(*Out) []Item) ([]Item, error) {
	var all []Item
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		if page != nil {
			all = append(all, items(page)...)
		}
	}
	return all, nil
}

// decode decodes a policy document as IAM returns it: percent-encoded JSON after RFC 3986, in
// which a plus sign is not a space.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyVersion.html
func decode(document *string, of string) ([]byte, error) {
	if document == nil || *document == "" {
		return nil, incomplete("the document of %s", of)
	}
	text, err := url.PathUnescape(*document)
	if err != nil {
		return nil, errclass.New(errclass.Unknown, "the document of %s is not percent-encoded: %w", of, err)
	}
	return []byte(text), nil
}

// incomplete returns the error for an IAM response that lacks something.
func incomplete(format string, args ...any) error {
	return errclass.New(errclass.Unknown, "IAM's answer lacks "+format, args...)
}

// changing makes a Gone inside a longer read retryable: something that was just listed has
// changed since, and everything must be read again.
func changing(err error) error {
	if errclass.ClassOf(err) == errclass.Gone {
		return &errclass.Error{Class: errclass.Retryable, Code: errclass.CodeOf(err), Err: err}
	}
	return err
}
