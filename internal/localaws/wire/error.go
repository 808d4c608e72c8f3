package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Error is what a service answers instead of a result: AWS's error code, a message
// for people, and the HTTP status.
type Error struct {
	Code    string
	Message string
	Status  int
	// QueryCode is the code that the service used before it spoke JSON (SQS), which its
	// clients still read.
	QueryCode string
	// Members, where set, points to a struct of what else the error's body holds, such as
	// the Item of DynamoDB's ConditionalCheckFailedException.
	Members any
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Errorf makes an [Error].
func Errorf(status int, code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...), Status: status}
}

// EncodeJSONError writes an AWS JSON error body. The code travels in __type, behind
// the service's namespace.
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
