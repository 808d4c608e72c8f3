package lang_test

import (
	"fmt"

	"github.com/ringfence/ringfence/internal/policy/lang"
	"github.com/ringfence/ringfence/internal/wildcard"
)

func globs(patterns ...string) (list []*lang.Glob) {
	for _, p := range patterns {
		list = append(list, lang.New(wildcard.AppendTokens(nil, p), false, nil))
	}
	return list
}

// The worked example of the package comment.
func ExampleQuery_Solve() {
	q := lang.Query{
		In:  [][]*lang.Glob{globs("arn:aws:s3:::team-*")},
		Out: globs("arn:aws:s3:::team-a*", "*secret*"),
	}
	s, outcome := q.Solve(nil, lang.Guess, lang.NewBudget(10_000))
	fmt.Println(outcome == lang.Found, s)

	s, _ = q.Find(lang.NewBudget(10_000)) // by the automaton alone: the shortest
	fmt.Println(s)

	q.Out = append(q.Out, globs("arn:aws:s3:::team-*")...)
	_, outcome = q.Solve(nil, lang.Guess, lang.NewBudget(10_000))
	fmt.Println(outcome == lang.Empty)

	// Output:
	// true arn:aws:s3:::team-example
	// arn:aws:s3:::team-
	// true
}
