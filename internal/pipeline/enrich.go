package pipeline

import "context"

// enrich adds what a responder wants to know and the repair did not need to.
func (r *run) enrich(context.Context, *inquiry) {}
