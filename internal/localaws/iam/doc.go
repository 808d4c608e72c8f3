// Package iam is an IAM account in memory that answers as AWS does: its rules, its
// error codes, its messages. It knows nothing of HTTP: [Operations] are functions
// from the SDK's input structs to its output structs.
//
// State is a set of tables of immutable entities. A write puts a new version of an
// entity beside the old one, so that a read can be answered from the state as it was
// some writes or some time ago ([Lag]), as an eventually consistent IAM does:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
//
// Callers are not authorized here. [Authorization] says what a call would have to be
// allowed to do, for a hook that asks a policy engine.
package iam
