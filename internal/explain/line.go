package explain

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/ringfence/ringfence/internal/policy/awsowned"
	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/policy/spelling"
)

// line is one line of a batch: a request with its policies as documents.
type line struct {
	ID      json.RawMessage `json:"id"`
	Request struct {
		Principal       string           `json:"principal"`
		Action          string           `json:"action"`
		Resource        string           `json:"resource"`
		ResourceAccount string           `json:"resourceAccount"`
		Context         map[string]oneOf `json:"context"`
	} `json:"request"`
	IdentityPolicies        documents   `json:"identityPolicies"`
	PermissionsBoundaries   documents   `json:"permissionsBoundaries"`
	SessionPolicy           documents   `json:"sessionPolicy"`
	EndpointPolicies        documents   `json:"endpointPolicies"`
	ResourcePolicy          documents   `json:"resourcePolicy"`
	ServiceControlPolicies  []documents `json:"serviceControlPolicies"`
	ResourceControlPolicies []documents `json:"resourceControlPolicies"`
}

// Result is the answer to one line: either the decision or the error.
type Result struct {
	ID json.RawMessage `json:"id"`
	// Decision is Allow, ExplicitDeny or ImplicitDeny.
	Decision  string     `json:"decision,omitempty"`
	DecidedBy string     `json:"decidedBy,omitempty"`
	Statement *Statement `json:"statement"`
	// Uncertain is true if the decision depends on a statement that cannot be read, or on a condition key that
	// every request has and that the line does not give.
	Uncertain bool `json:"uncertain,omitempty"`
	// Refused says why AWS refuses the call whatever the decision, nil if it does not.
	Refused *awsowned.Refusal `json:"refused,omitempty"`
	Error   string            `json:"error,omitempty"`
}

// AnswerLine answers one line of a batch. A line that cannot be read has an error and no
// decision.
func AnswerLine(text []byte) Result {
	c, id, err := ReadLine(text)
	if err != nil {
		return Result{ID: id, Error: err.Error()}
	}
	d := eval.Evaluate(c.policies(), &c.Request)
	partial := c.Request
	partial.Partial = true
	d.Uncertain = d.Uncertain || eval.Evaluate(c.policies(), &partial).Uncertain
	return Result{
		ID: id, Decision: d.Outcome.String(), DecidedBy: d.DecidedBy.String(),
		Statement: c.statement(d.DecidedBy, d.Place), Uncertain: d.Uncertain, Refused: c.refused(),
	}
}

// ReadLine makes a case of one line of a batch. It returns the line's id if it can be read. Policies are objects
// or strings of JSON. The request is used as it is, without any lookup.
func ReadLine(text []byte) (*Case, json.RawMessage, error) {
	id := json.RawMessage("null")
	var known struct{ ID json.RawMessage }
	if json.Unmarshal(text, &known) == nil && known.ID != nil {
		id = known.ID
	}
	if err := checkFields(text); err != nil {
		return nil, id, err
	}
	var in line
	if err := json.Unmarshal(text, &in); err != nil {
		return nil, id, fmt.Errorf("reading the line: %w", err)
	}
	c, err := in.makeCase()
	return c, id, err
}

func (in *line) makeCase() (*Case, error) {
	caller, err := eval.ParsePrincipal(in.Request.Principal)
	if err != nil {
		return nil, err
	}
	if in.Request.Action == "" {
		return nil, errors.New("the request has no action")
	}
	context := make(map[string][]string, len(in.Request.Context))
	for key, values := range in.Request.Context {
		context[key] = values
	}
	c := &Case{Request: eval.Request{
		Principal: caller, Action: in.Request.Action, Resource: in.Request.Resource,
		ResourceAccount: in.Request.ResourceAccount, Context: eval.NewContext(context),
	}}
	if c.Request.Resource == "" {
		c.Request.Resource = "*"
	}
	var errs []error
	read := func(name string, list documents, single bool) []Source {
		var out []Source
		for i, document := range list {
			n := name
			if !single || len(list) > 1 {
				n += "[" + strconv.Itoa(i) + "]"
			}
			s, err := NewSource(n, document)
			if err != nil {
				errs = append(errs, err)
			}
			out = append(out, s)
		}
		return out
	}
	c.Identity = read("identityPolicies", in.IdentityPolicies, false)
	c.Boundaries = read("permissionsBoundaries", in.PermissionsBoundaries, false)
	c.Session = read("sessionPolicy", in.SessionPolicy, true)
	c.Endpoint = read("endpointPolicies", in.EndpointPolicies, false)
	switch resource := read("resourcePolicy", in.ResourcePolicy, true); len(resource) {
	case 0:
	case 1:
		c.Resource = &resource[0]
	default:
		errs = append(errs, errors.New("resourcePolicy: a resource has one policy"))
	}
	for i, level := range in.ServiceControlPolicies {
		c.ServiceControl = append(c.ServiceControl, read(fmt.Sprintf("serviceControlPolicies[%d]", i), level, false))
	}
	for i, level := range in.ResourceControlPolicies {
		c.ResourceControl = append(c.ResourceControl, read(fmt.Sprintf("resourceControlPolicies[%d]", i), level, false))
	}
	return c, errors.Join(errs...)
}

// documents are policy documents: one, a list of them, or none (null).
type documents [][]byte

// UnmarshalJSON keeps the documents' text.
func (d *documents) UnmarshalJSON(b []byte) error {
	list := []json.RawMessage{b}
	switch {
	case string(b) == "null":
		return nil
	case b[0] == '[':
		if err := json.Unmarshal(b, &list); err != nil {
			return err
		}
	}
	for _, raw := range list {
		document := []byte(raw)
		if raw[0] == '"' {
			var s string
			if err := json.Unmarshal(raw, &s); err != nil {
				return err
			}
			document = []byte(s)
		}
		*d = append(*d, document)
	}
	return nil
}

// oneOf is the values of a condition key: one or a list, of any simple type.
type oneOf []string

// UnmarshalJSON reads them as text.
func (o *oneOf) UnmarshalJSON(b []byte) error {
	list := []json.RawMessage{b}
	switch {
	case string(b) == "null":
		return nil
	case b[0] == '[':
		if err := json.Unmarshal(b, &list); err != nil {
			return err
		}
	}
	for _, raw := range list {
		switch raw[0] {
		case '"':
			var s string
			if err := json.Unmarshal(raw, &s); err != nil {
				return err
			}
			*o = append(*o, s)
		case '{', '[', 'n':
			return fmt.Errorf("the value of a condition key must be a string, number or boolean, or a list of them, not %s", raw)
		default:
			*o = append(*o, string(bytes.TrimSpace(raw)))
		}
	}
	return nil
}

// fields are the fields of a line and of its request.
var fields = []string{
	"id", "request", "identityPolicies", "permissionsBoundaries", "sessionPolicy", "endpointPolicies", "resourcePolicy",
	"serviceControlPolicies", "resourceControlPolicies",
}

var requestFields = []string{"principal", "action", "resource", "resourceAccount", "context"}

// checkFields refuses fields that are not known: a policy must not be lost because of a typing error, or because
// this program does not know its kind.
func checkFields(text []byte) error {
	if err := spelling.Fields("", text, fields...); err != nil {
		return err
	}
	var line struct{ Request json.RawMessage }
	_ = json.Unmarshal(text, &line) // its own error comes when the line is read
	return spelling.Fields(" of the request", line.Request, requestFields...)
}
