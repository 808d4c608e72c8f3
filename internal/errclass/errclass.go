// Package errclass classifies errors by what can be done about them, so that the core does not
// need AWS error codes. The packages that call AWS classify errors (see package awserr); others
// call [ClassOf].
//
// No class means "compliant": a principal that could not be read has no decision.
package errclass

import (
	"errors"
	"fmt"
)

// Class is what can be done about an error.
type Class int

// The classes. The zero value is Unknown, which is treated like Retryable: the message goes
// back to the queue, and finally to the dead letters.
const (
	// Unknown is an error without a class.
	Unknown Class = iota
	// Retryable is a throttle, a 5xx, a timeout or a lost connection.
	Retryable
	// Gone means that AWS says the entity does not exist.
	Gone
	// Refused means that AWS will never do this: access denied, invalid input, a limit, or an
	// entity that only its service may modify.
	Refused
	// BadInput means that the message itself is malformed.
	BadInput
)

var classNames = [...]string{"unknown", "retryable", "gone", "refused", "bad-input"}

// String returns the class's name for logs.
func (c Class) String() string {
	if c < 0 || int(c) >= len(classNames) {
		return fmt.Sprintf("class %d", int(c))
	}
	return classNames[c]
}

// Error is an error with a class.
type Error struct {
	Class Class
	// Code is the service's error code, such as NoSuchEntity, if there is one.
	Code string
	// Err is the error itself; never nil.
	Err error
	// Unblock is the command that removes the obstacle, if one is known.
	Unblock string
}

// Error returns the message of the wrapped error.
func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns the wrapped error.
func (e *Error) Unwrap() error { return e.Err }

// New returns an error of a class with a message.
func New(class Class, format string, args ...any) error {
	return &Error{Class: class, Err: fmt.Errorf(format, args...)}
}

// ClassOf returns the class of an error, Unknown if it has none.
func ClassOf(err error) Class {
	var e *Error
	if errors.As(err, &e) {
		return e.Class
	}
	return Unknown
}

// CodeOf returns the service's error code, empty if there is none.
func CodeOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// UnblockOf returns the command that removes the obstacle, empty if none is known.
func UnblockOf(err error) string {
	var e *Error
	for errors.As(err, &e) {
		if e.Unblock != "" {
			return e.Unblock
		}
		err = e.Err
	}
	return ""
}

// Temporary reports whether a later try can help.
func Temporary(err error) bool {
	c := ClassOf(err)
	return c == Retryable || c == Unknown
}
