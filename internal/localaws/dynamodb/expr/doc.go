// Package expr understands DynamoDB's expressions: conditions and filters, projections,
// updates, and the key conditions of queries.
//
// A text is parsed once and kept: an expression's names (#n) and values (:v) are looked
// up only when it is used, in the maps that came with the [Request]. What AWS refuses is
// refused, with AWS's words.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
package expr
