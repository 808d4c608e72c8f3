// Package errclass says in one vocabulary what went wrong at an edge, so that nobody
// above the edges needs to know an AWS error code. The edges classify (see
// internal/awserr); everybody else asks [ClassOf].
//
// The point of the classes is what to do next. Above all, nothing here may be read as
// "compliant": a principal that could not be read has no verdict.
package errclass

import (
	"errors"
	"fmt"
)

// Class is what can be done about an error.
type Class int

// The classes. The zero value is Unknown, which is treated like Retryable: the message
// goes back to the queue, and to the dead-letter queue when it never works.
const (
	// Unknown is an error that nobody classified.
	Unknown Class = iota
	// Retryable is a throttle, a 5xx, a time-out, a lost connection.
	Retryable
	// Gone means that AWS says the entity does not exist.
	Gone
	// Refused means that AWS will never do this as asked: access denied, invalid
	// input, a limit, an entity that only its service may modify.
	Refused
	// BadInput means that the message itself is malformed.
	BadInput
)

var classNames = [...]string{"unknown", "retryable", "gone", "refused", "bad-input"}

// String is the class's name in logs.
func (c Class) String() string {
	if c < 0 || int(c) >= len(classNames) {
		return fmt.Sprintf("class %d", int(c))
	}
	return classNames[c]
}

// Error is an error of a known class.
type Error struct {
	Class Class
	// Code is the service's own error code, such as NoSuchEntity, where there is one.
	Code string
	// Err is what happened; it is never nil.
	Err error
	// Unblock is the command with which people take away what is in the way, where one is known.
	Unblock string
}

// Error is the message of the wrapped error.
func (e *Error) Error() string { return e.Err.Error() }

// Unwrap gives the wrapped error to [errors.Is] and [errors.As].
func (e *Error) Unwrap() error { return e.Err }

// New makes an error of a class from a message.
func New(class Class, format string, args ...any) error {
	return &Error{Class: class, Err: fmt.Errorf(format, args...)}
}

// ClassOf gives the class of an error, Unknown where it has none.
func ClassOf(err error) Class {
	var e *Error
	if errors.As(err, &e) {
		return e.Class
	}
	return Unknown
}

// CodeOf gives the service's error code, empty where there is none.
func CodeOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// UnblockOf gives the command that takes away what is in the way, empty where none is known.
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

// Temporary reports whether trying again later can help.
func Temporary(err error) bool {
	c := ClassOf(err)
	return c == Retryable || c == Unknown
}
