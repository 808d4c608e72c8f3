package stub

import (
	"net/http"
	"net/url"
	"strings"
)

// read returns what a request calls. AWS JSON names the operation in a header, the Query protocol
// in the body; the service is in the scope of the signature.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
func read(header http.Header, body []byte) Call {
	var c Call
	_, credential, _ := strings.Cut(header.Get("Authorization"), "Credential=")
	if scope := strings.Split(credential, "/"); len(scope) > 3 {
		c.Service = scope[3]
	}
	if target := header.Get("X-Amz-Target"); target != "" {
		c.Operation = target[strings.LastIndexByte(target, '.')+1:]
		return c
	}
	form, err := url.ParseQuery(string(body))
	if err == nil { // otherwise the embedded AWS answers that it is malformed
		c.Operation, c.Role = form.Get("Action"), form.Get("RoleName")
	}
	return c
}
