// Package diff tells in a few words what somebody changed in a policy document: which
// statements were added, removed or changed, one short line each. It goes by what is
// written; what a change means is for package compare to say.
package diff
