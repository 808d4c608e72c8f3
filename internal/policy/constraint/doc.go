// Package constraint decides whether a request can satisfy some statements and none of others, as far as
// resource and condition keys go, and finds such a resource and such keys. Which statements that are, and
// for which actions, is for package compare to say.
//
// # A worked example
//
// Statement 1 has Resource arn:aws:s3:::logs/* and StringLike aws:username dev-*. Statement 2 has
// Resource arn:aws:s3:::logs/${aws:username}/* and Bool aws:SecureTransport true. Can a request satisfy 1
// and not 2?
//
//  1. Each [Body], what a statement asks for besides the action, is read as a list of literals: an atom,
//     "is some value of the key among these?", or its negation. StringNotLike is the negation of
//     StringLike, so that both ask the same question. The [Space] gives atoms numbers, and a dimension to
//     each condition key and to the resource.
//  2. The [Cell] is {Must: 1, Not: 2}. 1 sets two literals: resource in logs/*, username in dev-*. 2 must
//     fail, in one of two ways, and the [Search] tries each: the resource is not in
//     logs/${aws:username}/*, or aws:SecureTransport is not true.
//  3. After each choice the literals on one dimension must agree: by automata for text (package lang), by
//     the ends of intervals for numbers, dates and networks, and value by value for keys that have
//     several. The first way leaves resource: in logs/*, not in logs/${aws:username}/*. That can be.
//  4. So there is a [Candidate]. Variables get values, aws:username=dev-example, and the dimensions are
//     filled in: arn:aws:s3:::logs/example. Where no request can be made, [Candidate.Impossible] asks
//     whether that is because variables refer to keys that other literals bound.
//
// The Example of [Search] runs this.
//
// # What an answer is worth
//
// That there is no candidate is a proof. A candidate may be too good to be true: dimensions are taken to
// be independent, and a variable to have any value where a pattern must match, and no known one where it
// must not. This looks at more requests than there are, so that nothing is overlooked. Therefore compare
// has each request confirmed by package eval, after [Candidate.Settle] had its keys agree.
//
// Requests are those that users and roles sign. What AWS documents of their condition keys is taken as given:
// types, how many values there can be, which keys every request has, which only those of AWS services have,
// and which say the same (package catalog and linked.go). Of other keys nothing is known: they may be
// missing, and have one value or several.
//
// Where AWS documents nothing, or two things, nothing is proven that depends on it:
//
//   - an operator without a set qualifier on a key that can have several values. On a key that AWS does not
//     document, one is taken to be so if either document has an operator with a qualifier for the key; if
//     none has, the plain operator is taken to match any of the values;
//   - one empty value under an operator with a set qualifier, which by AWS's text counts as no value;
//   - IPv4-mapped IPv6 addresses and networks;
//   - operators that AWS does not have, and values that cannot be read;
//   - how a wildcard in an ARN treats colons: see [Semantics].
//
// # File by file
//
// Calls go down this table only.
//
//	search.go     the choices of a cell
//	refine.go     choices that variables make impossible
//	linked.go     choices that keys make impossible that say the same
//	binding.go    values for the keys that variables refer to
//	settle.go     keys that agree with one another and with the resource
//	candidate.go  a complete choice, and the request that it makes
//	shape.go      regions, accounts and partitions that there are
//	request.go    does a given request satisfy a body?
//	within.go     does one body imply another? can one dimension agree?
//	solve.go      values for a condition key
//	resource.go   a value for the resource
//	points.go     numbers, dates and networks to try
//	space.go      numbers for atoms, keys and bodies
//	body.go       what a statement asks for
//	semantics.go  wildcards and the colons of ARNs
//	literal.go    operators as atoms and negations
//	read.go       the values of a condition, by type
//	identity.go   equal questions have equal names
//	atom.go       the question that all operators come down to
//	keys.go       what AWS documents of condition keys
//	principals.go kinds of principals
package constraint
