package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Error is an error answer of a service: AWS's error code, a message and the HTTP status.
type Error struct {
	Code    string
	Message string
	Status  int
	// QueryCode is the code from before the service used JSON (SQS). Its clients still read it.
	QueryCode string
	// Members, if set, points to a struct with further members of the error's body, such as the
	// Item of DynamoDB's ConditionalCheckFailedException.
	Members any
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Errorf returns an [Error].
func Errorf(status int, code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...), Status: status}
}

// EncodeJSONError writes an AWS JSON error body. The code is in __type, after the service's
// namespace.
func EncodeJSONError(buf *bytes.Buffer, namespace string, e *Error) {
	body, _ := json.Marshal(map[string]string{"__type": namespace + "#" + e.Code, "message": e.Message})
	buf.Write(body)
	if e.Members == nil {
		return
	}
	var more bytes.Buffer
	EncodeJSON(&more, e.Members)
	if inner := bytes.TrimPrefix(more.Bytes(), []byte("{")); len(inner) > 1 {
		buf.Truncate(buf.Len() - 1)
		buf.WriteByte(',')
		buf.Write(inner)
	}
}
