// Package handler is what the Lambda functions do with their input: it takes messages
// apart, has what they are about reconciled or told, and says what becomes of each. A
// message that fails never stops its batch.
package handler
