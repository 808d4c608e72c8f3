package reconcile

import (
	"context"

	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/target"
)

// page reads one page of a walk. found reports whether it has the principal that the walk looks
// for.
func (b *batch) page(ctx context.Context, w target.Work) (page []target.Work, next string, found bool, err error) {
	over := w.Target.Scope
	switch {
	case over.Policies:
		return b.boundaries(w), "", false, nil
	case over.Group != "":
		refs, next, err := b.Source.Members(ctx, w.Target.Account, over.Group, over.Marker)
		return byName(refs, w), next, false, err
	case over.Carrying != "" && !b.approved(over.Carrying):
		refs, next, err := b.Source.Carriers(ctx, w.Target.Account, over.Carrying, over.Marker)
		return byName(refs, w), next, false, err
	case over.Carrying != "" && len(b.Config.Boundaries(w.Target.Partition, w.Target.Account)) == 1:
		return nil, "", false, nil // no rule requires another one
	}
	snapshots, next, err := b.Source.Page(ctx, w.Target.Account, over.Marker)
	for _, s := range snapshots {
		found = found || s.ID == over.ID && s.ID != ""
		if s.ID != over.ID && b.skip(s, over) {
			continue
		}
		page = append(page, target.Work{Target: target.OfSnapshot(s), Causes: w.Causes})
	}
	return page, next, found, err
}

// boundaries returns a look at each boundary policy with an approved document.
func (b *batch) boundaries(w target.Work) (page []target.Work) {
	for _, boundary := range b.Config.Boundaries(w.Target.Partition, w.Target.Account) {
		if boundary.Policy != nil {
			page = append(page, target.Work{Target: target.OfPolicy(w.Target.Partition, w.Target.Account, boundary.ARN), Causes: w.Causes})
		}
	}
	return page
}

// approved reports whether the configuration names a policy as a boundary. Most principals that
// carry such a policy must, so they are not read one by one.
func (b *batch) approved(arn string) bool {
	_, ok := b.Config.BoundaryFor(arn)
	return ok
}

// byName returns a look at each principal of a list of names.
func byName(refs []principal.Ref, w target.Work) (page []target.Work) {
	for _, ref := range refs {
		page = append(page, target.Work{Target: target.OfPrincipal(ref, ""), Causes: w.Causes})
	}
	return page
}

// skip reports whether a walk need not look at a principal: it carries its required boundary,
// or the walk is about others.
func (b *batch) skip(s principal.Snapshot, over *target.Scope) bool {
	req := b.requirement(s)
	switch {
	case req.Rule == "" || s.Boundary == req.Boundary.ARN:
		return true
	case over.Carrying != "":
		return s.Boundary != over.Carrying
	}
	return over.Boundary != "" && req.Boundary.ARN != over.Boundary
}
