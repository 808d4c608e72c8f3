// Package compare compares one IAM policy document with another by what they mean: which requests each
// allows. The answer is a [Relation] with a [Witness] for every difference, a request that one document
// allows and the other does not.
//
// # What an answer is worth
//
// Each direction is answered by itself: whether A allows only what B allows, and whether B allows only what
// A does. [Proven] comes only from a search that went through everything that could be a difference and
// found nothing. [Refuted] comes only with a [Witness], which package eval has confirmed. Whatever is
// neither is [Unknown], with the reason. The [Relation] says both: a proof that A allows no more than B
// stands, whatever is known of the other direction.
//
// # A worked example
//
// Does A allow a request that B does not?
//
//	A: Allow s3:* on *                        B: Allow s3:* on *
//	   Deny  s3:Delete* on *                     Deny  s3:DeleteBucket on *
//	         unless aws:username is admin              unless aws:username is admin
//	   Allow iam:Get* on *                       Allow iam:Get* on * from 10.0.0.0/8
//
// A document allows a request if an Allow matches and no Deny does. So the request must match an Allow of
// A and no Deny of A, and either no Allow of B or some Deny of B.
//
//  1. Scope. Allow s3:* of A is in B too, and what B denies A denies too. So no difference lies there.
//     Allow iam:Get* has a twin with a condition: the difference can lie in iam:Get* alone.
//  2. Classes. Actions fall into classes by the rules that match them. In iam:Get* there is one: A's and
//     B's Allow of iam:Get*. Classes are made from the globs, so that they are right for actions that AWS
//     adds tomorrow.
//  3. Cells. In this class: A's Allow must match and B's must fail. That is one cell, as package
//     constraint calls it: must {on *}, not {on *, from 10.0.0.0/8}.
//  4. Candidates. Package constraint looks for a resource and condition keys. B's body fails in one way:
//     aws:SourceIp is missing, or outside 10.0.0.0/8.
//  5. Witness. iam:GetRole is an action of the class that people know, and takes the ARN of a role. Package
//     eval confirms that A allows the request, and that B does not.
//
// If no cell had a candidate, A would be proven to allow nothing that B does not. The other way round,
// step 1 leaves s3:Delete*, which A denies and B does not, and the witness is s3:DeleteObject: the
// documents are incomparable. The Example of [Compare] runs this, and a test checks each step.
//
// [CompareSides] does the same for policies that do not stand alone. A side is then a list of layers, such
// as identity policies, a permissions boundary, and service control policies, that all must allow. What A
// allows and B does not is what all layers of A allow and some layer of B does not: one search for each.
// A cell then has an Allow of every layer of A.
//
// [Denies] asks with the same search whether one document denies explicitly all that another one does.
// [Exchange.Escapes] does so with all identity policies of a principal on one side and its permissions boundary on
// the other.
//
// Documents that name principals ([CompileNamed]) have the principal as one more part of a request. All
// principals fall into classes that every Principal element treats alike: each that a document names, and
// for each type and account all others. A cell is searched for one class after the other, with the rules
// that reach it, and with what AWS documents of the condition keys in its requests.
//
// # What is taken as given
//
// An action is service:Name. A resource is an ARN of six fields, or * for an action that takes none.
// Package constraint says what is taken as given of wildcards in ARNs, of condition keys and of policy
// variables.
//
// # File by file
//
// Calls go down this table only, and from it down to package constraint, and from there to package lang.
//
//	compare.go     the relation of two documents
//	differences.go all differences, not one
//	listing.go     the search that goes on behind a witness
//	parts.go       what it looks for, and what it found
//	attribute.go   which statements allow and deny a witness
//	denials.go     what is denied explicitly, compared
//	sides.go       several documents that are in force together
//	escape.go      what a principal can do beyond a boundary
//	excess.go      the same search, service by service
//	difference.go  the search: classes, cells, candidates
//	answer.go      what is known of a question, and why not more
//	suggest.go     actions that people know come first
//	witness.go     a request made of a candidate
//	confirm.go     is it a witness?
//	caller.go      the principal of a witness
//	examples.go    actions for a witness, with the resources that they take
//	cells.go       the parts of a class in which the answer can lie
//	cover.go       the scope: which action globs an answer can lie in
//	session.go     the rules of all layers
//	callers.go     classes of principals, and the rules that reach them
//	population.go  the users and roles that documents name, and all others
//	strangers.go   callers that are neither
//	trust.go       what trust policies can allow, and who can ask for it
//	facts.go       what condition keys say of principals
//	names.go       the principals that documents name
//	compile.go     a document, made ready
//	derived.go     documents made of it
//	named.go       principals, and what a document may have
//	normal.go      one form for documents of which only the spelling differs
//	walk.go        all action names, present and future, class by class
//	classes.go     the steps of that walk
//	actions.go     action globs by service, and the rules that have them
//	actionglob.go  one action glob: is it within another, or apart from it?
//	bits.go        sets of rules
package compare
