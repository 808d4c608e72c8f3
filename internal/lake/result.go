package lake

import (
	"context"
	"fmt"
	"io"
)

// result is the result of a query.
type result struct {
	ctx     context.Context
	service service
	id      string
	token   string
	left    []byte
	ended   bool
}

// Read returns the records, each on a line.
func (r *result) Read(p []byte) (int, error) {
	for len(r.left) == 0 {
		if r.ended {
			return 0, io.EOF
		}
		records, next, err := r.service.page(r.ctx, r.id, r.token)
		if err != nil {
			return 0, fmt.Errorf("the result is not whole: %w", err)
		}
		for _, record := range records {
			r.left = append(append(r.left, record...), '\n')
		}
		r.token, r.ended = next, next == ""
	}
	n := copy(p, r.left)
	r.left = r.left[n:]
	return n, nil
}

// Close does nothing: the query has ended.
func (r *result) Close() error { return nil }
