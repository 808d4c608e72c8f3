package html

import (
	"strings"

	"github.com/ringfence/ringfence/internal/audit"
	"github.com/ringfence/ringfence/internal/count"
)

// names returns short names of boundaries. The same boundary in several accounts has one name.
type names struct {
	known map[string]*audit.Boundary
	// accounts counts the accounts in which a name is carried.
	accounts map[string]int
}

func newNames(r *audit.Report) *names {
	n := &names{map[string]*audit.Boundary{}, map[string]int{}}
	for i := range r.Boundaries {
		b := &r.Boundaries[i]
		n.known[b.ARN] = b
		if b.Carriers > 0 {
			n.accounts[n.short(b.ARN)+b.State]++
		}
	}
	return n
}

// short returns the name of a boundary in the configuration, or the name of the policy.
func (n *names) short(arn string) string {
	if b := n.known[arn]; b != nil && b.Name != "" {
		return b.Name
	}
	return strings.TrimPrefix(arnName(arn), "policy/")
}

// of returns the node for the boundary that a principal carries.
func (n *names) of(arn string) node {
	if arn == "" {
		return node{Name: "No boundary", Kind: "none", Filter: none}
	}
	name := n.short(arn)
	out := node{Name: name, Kind: "other", Note: "not in the configuration", Filter: name}
	if strings.Contains(arn, ":iam::aws:") {
		out.Note = "AWS managed policy"
	}
	b := n.known[arn]
	if b == nil || b.Name == "" {
		return out
	}
	out.Kind, out.Note = "approved", "as approved"
	switch b.State {
	case "off":
		out.Kind, out.Note = "off", "not as approved"
	case "unapproved":
		out.Note = "no approved document"
	case "unknown":
		out.Kind, out.Note = "other", "unknown"
	}
	if k := n.accounts[name+b.State]; k > 1 {
		out.Note += ", " + count.Of(k, "account", "accounts")
	}
	return out
}

// none is the filter value for principals without a boundary or rule. In the report's coverage, it
// is the key for principals without a rule.
const none = "(none)"
