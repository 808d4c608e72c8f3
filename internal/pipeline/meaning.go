package pipeline

import (
	"context"
	"fmt"

	"github.com/ringfence/ringfence/internal/fault"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/verdict"
)

// meaning compares the boundary that a principal carries with the required one, where
// the verdict depends on it.
func (r *run) meaning(ctx context.Context, q *inquiry) (verdict.Meaning, error) {
	if !verdict.NeedsMeaning(q.requirement, q.snapshot) {
		return verdict.Meaning{}, nil
	}
	required, why, err := r.required(ctx, q)
	if err != nil {
		return verdict.Meaning{}, err
	}
	if required == nil {
		return verdict.Meaning{Relation: compare.Unproven, Why: why}, nil
	}
	attached, err := r.Directory.Document(ctx, q.snapshot.Boundary)
	switch fault.ClassOf(err) {
	case fault.Gone, fault.Refused:
		// Trying again would not help, and an unknown boundary is not an accepted one.
		return verdict.Meaning{Relation: compare.Unproven, Why: err.Error()}, nil
	}
	if err != nil {
		return verdict.Meaning{}, err
	}
	meaning, d := r.documents.CompareText(attached, required, verdict.Home{Partition: q.snapshot.Partition, Account: q.snapshot.Account})
	q.attached = d
	return meaning, nil
}

// required is the document that a principal must stay within: the approved one, or,
// where the configuration gives none, what the required policy says in the account.
// It is nil where there is none, and then why says so.
func (r *run) required(ctx context.Context, q *inquiry) (d *policy.Document, why string, err error) {
	b := q.requirement.Boundary
	if b.Policy != nil {
		return b.Policy, "", nil
	}
	text, err := r.Directory.Document(ctx, b.ARN)
	if fault.ClassOf(err) == fault.Gone {
		return nil, "the required policy does not exist, and no approved document is configured", nil
	}
	if err != nil {
		return nil, "", err
	}
	d, err = r.documents.Parse(text)
	if err != nil {
		return nil, fmt.Sprintf("the required policy cannot be read: %v", err), nil
	}
	return d, "", nil
}
