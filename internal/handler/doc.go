// Package handler implements the Lambda functions: it decodes messages, has their targets
// reconciled or reported, and decides what happens to each message. A message that fails does
// not stop its batch.
package handler
