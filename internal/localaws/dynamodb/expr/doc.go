// Package expr implements DynamoDB's expressions: conditions and filters, projections, updates,
// and the key conditions of queries.
//
// A text is parsed once and cached: an expression's names (#n) and values (:v) are looked up when
// it is used, in the maps of the [Request]. It refuses what AWS refuses, with AWS's messages.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
package expr
