package localaws

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// maxBody bounds a request: AWS's own limits are below it.
const maxBody = 2 << 20

// request is a parsed HTTP request.
type request struct {
	call    *wire.Call
	service *service
	body    []byte
	form    url.Values
}

// route returns the service, operation and caller of a request. AWS JSON names the operation in
// the X-Amz-Target header. REST names it by method and path, and the signing scope names the
// service. Query uses Action and Version; the signing scope selects among services of the same
// Version.
func (s *Server) route(r *http.Request) (*request, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	scope := parseScope(r.Header.Get("Authorization"))
	q := &request{body: body, call: &wire.Call{
		Context: r.Context(), Region: scope.region, Time: s.now().UTC(), RequestID: s.ids.UUID("request"),
		UserAgent: r.UserAgent(), SourceIP: sourceIP(r), Endpoint: endpoint(r),
	}}
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		prefix, operation, _ := strings.Cut(target, ".")
		if i := strings.LastIndexByte(target, '.'); i >= 0 {
			prefix, operation = target[:i], target[i+1:]
		}
		q.call.Operation = operation
		for _, service := range s.services {
			if !service.query() && (service.target == prefix || service.name == scope.service) {
				q.service = service
			}
		}
	} else if service := s.services[scope.service]; service != nil && service.paths != nil {
		q.service, q.call.Operation = service, service.paths[r.Method+" "+r.URL.Path]
	} else {
		if q.form, err = url.ParseQuery(string(body)); err != nil {
			return nil, wire.Errorf(http.StatusBadRequest, "MalformedQueryString", "the request's form is malformed: %v", err)
		}
		for key, values := range r.URL.Query() {
			q.form[key] = append(q.form[key], values...)
		}
		q.call.Operation = q.form.Get("Action")
		for _, service := range s.services {
			if service.query() && service.version == q.form.Get("Version") {
				q.service = service
			}
		}
		if service := s.services[scope.service]; q.service == nil && service != nil && service.query() {
			q.service = service
		}
	}
	if q.service == nil {
		return q, unknown(q.call.Operation)
	}
	q.call.Service = q.service.name
	return q, s.identify(q.call, scope)
}

func unknown(operation string) *wire.Error {
	return wire.Errorf(http.StatusBadRequest, "InvalidAction", "localaws does not serve the operation %.80q", operation)
}

func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return nil, wire.Errorf(http.StatusBadRequest, "IncompleteBody", "reading the request: %v", err)
	}
	if len(body) > maxBody {
		return nil, wire.Errorf(http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "the request is larger than %d bytes", maxBody)
	}
	return body, nil
}

// scope is the part of a request's signature with the key, region and service.
type scope struct{ keyID, region, service string }

// parseScope reads "AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, …".
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
func parseScope(authorization string) scope {
	_, rest, _ := strings.Cut(authorization, "Credential=")
	credential, _, _ := strings.Cut(rest, ",")
	parts := strings.Split(strings.TrimSpace(credential), "/")
	if len(parts) != 5 {
		return scope{}
	}
	return scope{keyID: parts[0], region: parts[2], service: parts[3]}
}

func sourceIP(r *http.Request) string {
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		return host
	}
	return "127.0.0.1"
}

func endpoint(r *http.Request) string {
	host := r.Host
	if host == "" {
		host = r.URL.Host
	}
	return fmt.Sprintf("http://%s", host)
}
