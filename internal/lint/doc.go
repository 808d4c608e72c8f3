// Package lint finds likely mistakes in a document for a permissions boundary: names that AWS does not have, a boundary
// that allows everything or nothing, one that its holder can remove, and conditions that its holder can make true.
//
// The policy engine decides what a document allows, and a request shows it. Names are compared with AWS's list. All
// results are warnings: AWS has more names than any list.
package lint
