// Package iam is an IAM account in memory that answers as AWS does: with its rules, error codes
// and messages. It has no HTTP: [Operations] are functions from the SDK's input structs to its
// output structs.
//
// The state is a set of tables of immutable entities. A write adds a new version of an entity next
// to the old one. A read can so be answered from the state some writes or some time ago ([Lag]),
// as with an eventually consistent IAM:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
//
// Callers are not authorized here. [Tx.Authorization] returns what a policy engine needs to
// authorize a call.
package iam
