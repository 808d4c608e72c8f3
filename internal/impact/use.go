package impact

import (
	"bytes"
	"strings"

	"github.com/ringfence/ringfence/internal/apicall"
)

// use is when a service was last used.
type use struct{ last []byte }

// see counts a call. Times of one format sort as text.
func (u *use) see(at []byte) {
	if bytes.Compare(at, u.last) > 0 {
		u.last = append(u.last[:0], at...)
	}
}

// use returns when a caller used a service.
func (c *caller) use(service string) *use {
	u, ok := c.used[service]
	if !ok {
		u = &use{}
		c.used[service] = u
	}
	return u
}

// merge adds what another reader has counted of the same caller.
func (c *caller) merge(o *caller) {
	c.calls += o.calls
	for service, u := range o.used {
		c.use(service).see(u.last)
	}
}

// serviceOf returns the prefix of the service of a call, as actions have it.
func serviceOf(r *apicall.Record) string {
	service, _, _ := strings.Cut(apicall.Guess(r.Source, r.Name), ":")
	return strings.ToLower(service)
}
