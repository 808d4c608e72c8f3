package reconcile

import (
	"context"

	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/target"
)

// page reads what a page of a walk is about, and tells whether the principal that is
// looked for is among them.
func (b *batch) page(ctx context.Context, w target.Work) (page []target.Work, next string, found bool, err error) {
	over := w.Target.Over
	switch {
	case over.Policies:
		return b.boundaries(w), "", false, nil
	case over.Group != "":
		refs, next, err := b.Source.Members(ctx, over.Group, over.Marker)
		return byName(refs, w), next, false, err
	case over.Carrying != "" && !b.approved(over.Carrying):
		refs, next, err := b.Source.Carriers(ctx, w.Target.Account, over.Carrying, over.Marker)
		return byName(refs, w), next, false, err
	case over.Carrying != "" && len(b.Config.Boundaries(w.Target.Partition, w.Target.Account)) == 1:
		return nil, "", false, nil // nobody is required to carry another one
	}
	snapshots, next, err := b.Source.Page(ctx, w.Target.Account, over.Marker)
	for _, s := range snapshots {
		found = found || s.ID == over.ID && s.ID != ""
		if s.ID != over.ID && b.passes(s, over) {
			continue
		}
		page = append(page, target.Work{Target: target.Read(s), Causes: w.Causes})
	}
	return page, next, found, err
}

// boundaries is a look at each boundary policy whose approved document is known.
func (b *batch) boundaries(w target.Work) (page []target.Work) {
	for _, boundary := range b.Config.Boundaries(w.Target.Partition, w.Target.Account) {
		if boundary.Policy != nil {
			page = append(page, target.Work{Target: target.OfPolicy(w.Target.Partition, w.Target.Account, boundary.ARN), Causes: w.Causes})
		}
	}
	return page
}

// approved reports whether a policy is a boundary that the configuration names. Most who
// carry such a one must, and are not read one by one.
func (b *batch) approved(arn string) bool {
	_, ok := b.Config.BoundaryFor(arn)
	return ok
}

// byName is a look at each of those who are only known by their names.
func byName(refs []principal.Ref, w target.Work) (page []target.Work) {
	for _, ref := range refs {
		page = append(page, target.Work{Target: target.OfPrincipal(ref, ""), Causes: w.Causes})
	}
	return page
}

// passes reports whether a principal needs no look in a walk: it has what is required of
// it, or others are meant.
func (b *batch) passes(s principal.Snapshot, over *target.Over) bool {
	req := b.require(s)
	switch {
	case req.Rule == "" || s.Boundary == req.Boundary.ARN:
		return true
	case over.Carrying != "":
		return s.Boundary != over.Carrying
	}
	return over.Boundary != "" && req.Boundary.ARN != over.Boundary
}
