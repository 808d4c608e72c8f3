package config

import (
	"errors"
	"io/fs"

	"github.com/ringfence/ringfence/internal/policy"
)

// parseDocument parses an approved document and checks everything that IAM checks when a policy is
// created from it: a document that IAM refuses could never be restored. The document of an AWS managed
// policy may exceed IAM's size limit.
func parseDocument(text []byte, managed bool) (*policy.Document, error) {
	d, err := policy.Parse(text)
	if err != nil {
		return nil, err
	}
	var size error
	if !managed {
		size = policy.CheckSize(text)
	}
	return d, errors.Join(d.Validate(policy.IdentityPolicy), size)
}

// document reads the approved document of a boundary and reports everything that is wrong with it.
func (l *loader) document(v value, b *boundary) {
	path, ok := v.text()
	if !ok {
		return
	}
	if !fs.ValidPath(path) || path == "." {
		v.problem("%q is not a path below the configuration's folder (such as boundaries/team.json)", path)
		return
	}
	text, err := l.open(path)
	if err != nil {
		var perr *fs.PathError
		if errors.As(err, &perr) {
			err = perr.Err
		}
		v.problem("cannot read %q: %v", path, err)
		return
	}
	b.document, err = readApproved(text, b.managed)
	for _, err := range each(err) {
		v.problem("%s: %v", path, err)
	}
}

// each splits joined errors.
func each(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var out []error
	for _, e := range joined.Unwrap() {
		out = append(out, each(e)...)
	}
	return out
}
