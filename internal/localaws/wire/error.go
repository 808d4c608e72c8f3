package wire

import "fmt"

// Error is what a service answers instead of a result: AWS's error code, a message
// for people, and the HTTP status.
type Error struct {
	Code    string
	Message string
	Status  int
	// QueryCode is the code that the service used before it spoke JSON (SQS), which its
	// clients still read.
	QueryCode string
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Errorf makes an [Error].
func Errorf(status int, code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...), Status: status}
}
