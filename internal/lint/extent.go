package lint

import (
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// every returns a document with one statement for all actions and resources.
func every(effect policy.Effect) *policy.Document {
	return &policy.Document{Version: policy.Version2012, Statements: []policy.Statement{{
		Effect: effect, Action: policy.Patterns{Values: []string{"*"}}, Resource: policy.Patterns{Values: []string{"*"}},
	}}}
}

// extent reports a document that allows everything or nothing.
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
