// Package lang answers questions about sets of strings that are given by patterns with wildcards: do
// two patterns have a string in common? Is every string of one also one of some others? It knows
// nothing of statements, actions or condition keys; package compare asks it about those.
//
// # A worked example
//
// A statement allows arn:aws:s3:::team-*, and another document denies *secret* and arn:aws:s3:::team-a*.
// Is anything left that only the first lets through? That is a [Query]:
//
//	In:  { arn:aws:s3:::team-* }                  the string is in each of these unions
//	Out: arn:aws:s3:::team-a*, *secret*           and in none of these globs
//
// [Query.Solve] answers it in three steps, the cheap ones first:
//
//  1. Prune. team-* is within none of Out ([Glob.Within]), so that something may be left. Both of Out
//     have strings in common with it ([Glob.Apart] cannot rule them out), so that both stay.
//  2. Guess. A * is filled with a word that reads well: arn:aws:s3:::team-example. It is in all of In
//     and in none of Out, and is the answer.
//  3. If no guess is right, an automaton reads all globs at once, letter by letter. A state is
//     the places that are reached in each glob; only letters that some place waits for make a
//     difference, and one letter stands for all others. So there are finitely many states, and the
//     search, breadth first, ends with the shortest string or with the proof that there is none.
//
// The Example of [Query.Solve] runs this, and the same query with team-* in Out, where nothing is left.
//
// # What an answer is worth
//
// [Empty] is a proof. [Found] comes with a string, which is in the language for certain where the globs
// have no variables. With variables, such as ${aws:username}, Found may be too much: [Query] says how
// they are read. [Unknown] means that the [Budget] was spent.
//
// # File by file
//
// Calls go down this table only.
//
//	solve.go      prune, guess, find
//	prune.go      quick tests that make it smaller
//	join.go       strings of two globs, end to end
//	guess.go      strings that read well
//	find.go       the search through it
//	step.go       letters that make a difference, and where they lead
//	automaton.go  the subset construction
//	query.go      the question
//	fields.go     wildcards that keep to a field of an ARN, and what an ARN is
//	values.go     values of ${key} with which a glob matches
//	match.go      is a text in a glob? a glob within a glob? quick tests
//	bindings.go   values for ${key}, known or bounded
//	id.go         a text that differs for different globs
//	glob.go       a pattern as a list of steps
//	variables.go  numbers for ${key}
//	symbol.go     one step of a glob, as a number
//	budget.go     how much work is too much
package lang
