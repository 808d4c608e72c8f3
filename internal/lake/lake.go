// Package lake selects events with queries in Athena or CloudTrail Lake and reads their results.
package lake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/lake/query"
)

// Options say how to run a query.
type Options struct {
	// Say is called with the query and its cost, in lines for people; nil for none.
	Say func(text string)
	// Pause is the first pause between two polls of a query, one second if it is zero. Pauses grow.
	Pause time.Duration
}

const (
	firstPause = time.Second
	longest    = 10 * time.Second
	// farewell is how long stopping an abandoned query may take.
	farewell = 10 * time.Second
)

// service is a service that runs queries.
type service interface {
	// start begins a query. Its text is the second.
	start(context.Context) (id, text string, err error)
	// look returns the state of a query.
	look(ctx context.Context, id string) (state, error)
	// stop stops a query, so that it costs no more. The command does the same by hand.
	stop(ctx context.Context, id string) error
	command(id string) string
	// page returns the records of a page of a result, and the token of the next page; "" for none.
	page(ctx context.Context, id, token string) (records []string, next string, err error)
	price() query.Price
}

// told describes a query in words.
func told(q query.Query) string { return q.SQL + "\nIt reads " + q.Reads + "." }

// state is the state of a query.
type state struct {
	name    string
	done    bool
	failed  bool
	why     string
	scanned int64
}

// open runs a query to its end and returns its result, a record per line, page by page.
func open(ctx context.Context, s service, o Options) (io.ReadCloser, error) {
	if o.Say == nil {
		o.Say = func(string) {}
	}
	id, text, err := s.start(ctx)
	if err != nil {
		return nil, err
	}
	o.Say(fmt.Sprintf("%s query %s:\n%s", s.price().Service, id, text))
	st, err := wait(ctx, s, id, o.Pause)
	switch {
	case err != nil:
		return nil, abandoned(ctx, s, id, err)
	case st.failed:
		return nil, fmt.Errorf("%s query %s ended as %s: %s", s.price().Service, id, st.name, cmp.Or(st.why, "no reason is given"))
	}
	o.Say(fmt.Sprintf("%s query %s: %s", s.price().Service, id, s.price().Of(st.scanned)))
	return &result{ctx: ctx, service: s, id: id}, nil
}

// wait polls a query until it has ended.
func wait(ctx context.Context, s service, id string, pause time.Duration) (state, error) {
	if pause == 0 {
		pause = firstPause
	}
	for {
		st, err := s.look(ctx, id)
		if err != nil || st.done {
			return st, err
		}
		select {
		case <-ctx.Done():
			return st, context.Cause(ctx)
		case <-time.After(pause):
		}
		pause = min(pause*3/2, longest)
	}
}

// abandoned stops a query whose result is not needed any more: each byte that it scans costs.
func abandoned(ctx context.Context, s service, id string, err error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	if stopped := s.stop(ctx, id); stopped != nil {
		return fmt.Errorf("%w\n%s query %s may still run, and cost: %w\nstop it with %s", err, s.price().Service, id, stopped, s.command(id))
	}
	return fmt.Errorf("%w\n%s query %s was stopped; what it scanned until then is charged", err, s.price().Service, id)
}

// permissions names the page that lists the permissions of a query.
const permissions = "docs/backtest.md lists the permissions that a query needs, under Past one machine"

// named adds to an error what to do about it.
func named(err error) error {
	var f *errclass.Error
	if errors.As(err, &f) {
		switch f.Code {
		case "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized":
			return fmt.Errorf("%w\n%s", err, permissions)
		}
	}
	return err
}
