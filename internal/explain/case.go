package explain

import (
	"fmt"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// Source is one policy with the name that people know, such as an ARN.
type Source struct {
	Name   string
	Policy *eval.Policy
}

// NewSource parses a policy document, JSON or percent-encoded. The error names the policy and the place in it.
func NewSource(name string, document []byte) (Source, error) {
	d, err := policy.Parse(document)
	if err != nil {
		return Source{}, fmt.Errorf("reading %s: %w", name, err)
	}
	return Source{name, eval.Compile(d)}, nil
}

// Case is a request and the policies that apply to it.
type Case struct {
	Request eval.Request
	// The policies, as in [eval.Policies].
	Identity        []Source
	Boundaries      []Source
	Session         []Source
	Endpoint        []Source
	Resource        *Source
	ServiceControl  [][]Source
	ResourceControl [][]Source
	// Required is the ARN of the boundary that the caller must carry, or "" if it is unknown. Advice keeps the
	// caller inside it.
	Required string
	// TargetBoundary is the boundary of the user or role that the request is on, if it is known.
	TargetBoundary string
	// Notes are what the reader should know about how the case was made.
	Notes []string
}

// policies returns the case's policies for package eval.
func (c *Case) policies() *eval.Policies {
	p := &eval.Policies{Identity: compiled(c.Identity), Boundaries: compiled(c.Boundaries), Session: compiled(c.Session), Endpoint: compiled(c.Endpoint)}
	if c.Resource != nil {
		p.Resource = c.Resource.Policy
	}
	for _, level := range c.ServiceControl {
		p.ServiceControl = append(p.ServiceControl, compiled(level))
	}
	for _, level := range c.ResourceControl {
		p.ResourceControl = append(p.ResourceControl, compiled(level))
	}
	return p
}

// compiled distinguishes no policies (nil) from an empty list of them.
func compiled(list []Source) []*eval.Policy {
	if list == nil {
		return nil
	}
	out := make([]*eval.Policy, len(list))
	for i, s := range list {
		out[i] = s.Policy
	}
	return out
}

// source returns the policy at a place of a layer; ok is false if the place names none.
func (c *Case) source(l eval.Layer, at eval.Place) (s Source, ok bool) {
	var list []Source
	switch l {
	case eval.IdentityPolicies:
		list = c.Identity
	case eval.PermissionsBoundaries:
		list = c.Boundaries
	case eval.SessionPolicy:
		list = c.Session
	case eval.EndpointPolicies:
		list = c.Endpoint
	case eval.ResourcePolicy:
		if c.Resource != nil {
			list = []Source{*c.Resource}
		}
	case eval.ServiceControlPolicies:
		list = level(c.ServiceControl, at)
	case eval.ResourceControlPolicies:
		list = level(c.ResourceControl, at)
	}
	if at.Policy < 0 || int(at.Policy) >= len(list) {
		return Source{}, false
	}
	return list[at.Policy], true
}

func level(levels [][]Source, at eval.Place) []Source {
	if at.Level < 0 || int(at.Level) >= len(levels) {
		return nil
	}
	return levels[at.Level]
}

// sources returns the policies of a layer that had to allow the request and did not.
func (c *Case) sources(l eval.Layer, at eval.Place) []Source {
	switch l {
	case eval.IdentityPolicies:
		return c.Identity
	case eval.SessionPolicy:
		return c.Session
	case eval.ServiceControlPolicies:
		return level(c.ServiceControl, at)
	case eval.ResourceControlPolicies:
		return level(c.ResourceControl, at)
	}
	if s, ok := c.source(l, at); ok {
		return []Source{s}
	}
	return nil
}
