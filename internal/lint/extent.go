package lint

import (
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// every is the document with one statement for all there is.
func every(effect policy.Effect) *policy.Document {
	return &policy.Document{Version: policy.Version2012, Statements: []policy.Statement{{
		Effect: effect, Action: policy.Patterns{Values: []string{"*"}}, Resource: policy.Patterns{Values: []string{"*"}},
	}}}
}

// extent says of a document that it is no boundary: it lets all through, or nothing.
func extent(d *policy.Document) string {
	c := compare.Compile(d)
	switch {
	case compare.Compare(compare.Compile(every(policy.Allow)), c).Relation.AllowsNoMore():
		return "allows everything: it is no limit to anybody"
	case compare.Compare(c, compare.Compile(every(policy.Deny))).Relation.AllowsNoMore():
		return "allows nothing: who carries it can do nothing at all, which is an outage"
	}
	return ""
}
