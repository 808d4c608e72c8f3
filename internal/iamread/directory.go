// Package iamread reads the live state of IAM: principals, the policies that bound
// them, and the policies that give them what they may do.
//
// It decides nothing. It answers in the terms of package principal, and each error has
// a class (see package errclass): above all, a read that failed is never an answer. An
// answer that lacks what IAM always gives is an error too, and so is one about another
// account than was asked for, which is what wrong credentials look like.
//
// IAM is eventually consistent: an answer can be some seconds old.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
package iamread

import (
	"context"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ringfence/ringfence/internal/errclass"
)

// Directory reads the IAM of one account. It is safe for concurrent use.
type Directory struct {
	api       iamAPI
	now       func() time.Time
	documents *lru[version, []byte]
	managed   *lru[string, remembered]
}

// iamAPI is the part of the IAM client that reading needs.
type iamAPI interface {
	principalAPI
	policyAPI
	memberAPI
	identityAPI
	allAPI
}

// cached is how many policy documents are kept. A managed policy has up to 6,144
// characters (those of AWS somewhat more), so that this is a few megabytes at most.
const cached = 256

// New makes a directory that reads through api, which is an [iam.Client] with
// credentials for the account.
func New(api iamAPI) *Directory {
	return &Directory{
		api:       api,
		now:       time.Now,
		documents: newLRU[version, []byte](cached),
		managed:   newLRU[string, remembered](cached),
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

// decode reads a policy document as IAM answers it: JSON, percent-encoded after RFC
// 3986, in which a plus sign is a plus sign.
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

// incomplete is the error for an answer of IAM that lacks something.
func incomplete(format string, args ...any) error {
	return errclass.New(errclass.Unknown, "IAM's answer lacks "+format, args...)
}

// changing gives a Gone inside a longer read its meaning: what was listed a moment ago
// has changed since, and the whole must be read again.
func changing(err error) error {
	if errclass.ClassOf(err) == errclass.Gone {
		return &errclass.Error{Class: errclass.Retryable, Code: errclass.CodeOf(err), Err: err}
	}
	return err
}
