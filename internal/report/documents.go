package report

import (
	"context"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/policy"
)

// required returns the document that a principal must stay within.
func (r *Reporter) required(ctx context.Context, d plan.Decision) (*policy.Document, error) {
	boundary, ok := r.Config.BoundaryFor(d.Required)
	if !ok {
		return nil, errclass.New(errclass.Refused, "boundary %s is not configured any more", d.Required)
	}
	required, why, err := r.Documents.Required(boundary, func() ([]byte, error) { return r.document(ctx, d.Required) })
	if err == nil && required == nil {
		err = errclass.New(errclass.Refused, "%s", why)
	}
	return required, err
}

// attached returns the document of the boundary that a principal carried instead. It returns nil if
// the principal had none or the document cannot be read.
func (r *Reporter) attached(ctx context.Context, d plan.Decision) *policy.Document {
	if d.Attached == "" || d.Attached == d.Required {
		return nil
	}
	text, err := r.document(ctx, d.Attached)
	if err != nil {
		return nil
	}
	document, err := r.Documents.Parse(text)
	if err != nil {
		return nil
	}
	return document
}

func (r *Reporter) document(ctx context.Context, arn string) ([]byte, error) {
	state, err := r.Source.Policy(ctx, arn)
	if err != nil {
		return nil, err
	}
	live, _ := state.Default()
	return live.Document, nil
}
