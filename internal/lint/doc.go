// Package lint finds what is hardly meant in a document that is to be a permissions
// boundary: names that AWS does not have, a boundary that bounds nothing or everything, one
// that its holder can take off, and conditions that its holder can make true.
//
// What a document lets through is asked of the policy engine, and shown by a request; names
// are compared with AWS's own list. Nothing here is a fault: AWS has more names than any list.
package lint
