// Package compare compares one IAM policy document with another by what they mean:
// which requests each allows. The answer is a [Relation] with a [Witness] for every
// difference, a request that one document allows and the other does not.
//
// # What an answer is worth
//
// [Equal] and [Narrower] are proofs. They come only from a search that went through
// everything that could be a difference and found nothing. [Wider] and [Incomparable]
// come only with witnesses, each of which package eval has confirmed. Whatever is
// neither proven nor shown is [Unproven], with the reason.
//
// # How the search goes
//
// A document allows a request if an Allow matches and no Deny does. So A allows
// something that B does not if a request matches an Allow of A and no Deny of A, and
// either no Allow of B or some Deny of B. Each statement that must not match is a
// choice: another action, another resource, or a condition that is false.
//
//  1. Statements of A that B has too, or has wider, cannot be where a difference lies
//     (cover.go). Between two versions of a document little is left.
//  2. Actions fall into classes by the statements that they match (walk.go). The
//     classes are made from the globs, so that they hold for actions that AWS adds
//     tomorrow; each class is searched once.
//  3. Within a class the choices are made one by one, fewest alternatives first
//     (search.go). Operators and their negations come down to the same questions about
//     a condition key (literal.go), so a choice for one statement is a fact for the others.
//  4. The facts on one key, or on the resource, must agree (solve.go): text by automata
//     (package lang), numbers, dates and networks by the ends of intervals (points.go),
//     keys with several values value by value, and every key may be missing.
//  5. Where all facts agree a request is made of them (witness.go) and confirmed.
//
// [Denies] asks with the same search whether one document denies explicitly all that
// another one does, and [DeniesAll] is a proof like [Equal].
//
// [Exchange.Escapes] does the same with all identity policies of a principal on one side and its
// permissions boundary on the other.
//
// Keys are taken to be independent of each other, and a policy variable to have any
// value where a pattern must match and no known one where it must not: this looks at
// more requests than there are, so that nothing is overlooked.
//
// # What is taken as given
//
// An action is service:Name. A resource is an ARN of six fields, or * for an action
// that takes none. A wildcard in a resource's ARN may or may not go beyond a colon: AWS
// documents both, and an answer is given only if it holds in either reading. A key
// under an operator without a set qualifier may still have several values unless AWS
// documents that it has one: the operator then asks whether any of them matches.
package compare
