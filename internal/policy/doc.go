// Package policy reads and writes IAM policy documents.
//
// A [Document] is a policy exactly as somebody wrote it: the order of statements,
// actions and condition keys, one string or a list of one, the case of every letter
// and the JSON form of every condition value are kept, so that [Document.String] gives
// back what [Parse] was given, white space apart. [Document.Canonical] is the form in
// which two spellings of one document become the same text.
//
// What a document means is not decided here: package eval answers one request, and package compare
// compares one document with another, with packages constraint and lang below it. All of them read
// strings with wildcards and variables through [ParsePattern], so that there is one reading of them.
//
// Parse checks the grammar (what makes a text a policy document at all).
// [Document.Validate] checks what IAM checks besides when a document is stored:
// well-formed ARNs and actions, known operators, a Principal where there must be one
// and only there. [CheckSize] compares the text of a managed policy with IAM's limit.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
package policy
