// Package explain answers why: may this principal do this, which statement of which
// policy decides, and what would have to change.
//
// A [Case] is a request with the policies that apply to it, each with a name that people know. [FromAccount]
// makes one from a whole account's details; this answers offline what aws iam simulate-principal-policy
// answers. [ReadLine] makes one from a line of a batch. Package eval decides; this package finds the words.
package explain
