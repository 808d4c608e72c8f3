package constraint_test

import (
	"fmt"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/constraint"
	"github.com/ringfence/ringfence/internal/policy/lang"
)

// The worked example of the package comment.
func ExampleSearch() {
	d, err := policy.Parse([]byte(`{"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::logs/*",
		 "Condition": {"StringLike": {"aws:username": "dev-*"}}},
		{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::logs/${aws:username}/*",
		 "Condition": {"Bool": {"aws:SecureTransport": "true"}}}]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	document := constraint.NewDocument(d.Version)
	one, _ := document.Read(&d.Statements[0])
	two, _ := document.Read(&d.Statements[1])
	space := constraint.NewSpace(lang.NewBudget(100_000))
	ids := space.Add(document, []constraint.Body{one, two})

	search := constraint.NewSearch(space, func(c *constraint.Candidate) (stop bool) {
		c.EachBinding(func(b *lang.Bindings) bool {
			context, ok := c.Context(b)
			resource, alsoOK := c.Resource(nil, true, b)
			if stop = ok && alsoOK; stop {
				fmt.Println(resource, context)
			}
			return stop
		})
		return stop
	})
	search.Run(constraint.Cell{Must: ids[:1], Not: ids[1:]})
	fmt.Println(search.Run(constraint.Cell{Must: ids[:1], Not: ids[:1]})) // nothing is left

	// Output:
	// arn:aws:s3:::logs/example map[aws:SecureTransport:[true] aws:username:[dev-example]]
	// false
}
