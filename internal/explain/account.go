package explain

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/catalog"
	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/policy/spelling"
	"github.com/ringfence/ringfence/internal/principal"
)

// Question is a request to decide with the details of a whole account.
type Question struct {
	// Principal is the ARN of a user, role, role session or account root.
	Principal string
	// Action is service:Name, Resource an ARN; empty is "*".
	Action, Resource string
	// ResourceAccount is the owner of the resource, if its ARN does not have it.
	ResourceAccount string
	// Context holds condition keys.
	Context map[string][]string
	// EndpointPolicy, ResourcePolicy, Session, ServiceControl and ResourceControl are documents that account details do
	// not have; nil if there are none.
	EndpointPolicy                  []Source
	ResourcePolicy                  *Source
	Session                         []Source
	ServiceControl, ResourceControl [][]Source
	// Required is the ARN of the boundary that the configuration requires. If it is empty, the boundary
	// that the principal carries is used.
	Required string
}

// FromAccount makes a case of a question and an account's details: the principal's inline, attached and
// group policies, its boundary and its tags, and the trust policy of a role to assume. The error says what
// is wrong with the question or missing in the details.
func FromAccount(d *authdetails.Details, q Question) (*Case, error) {
	caller, err := eval.ParsePrincipal(q.Principal)
	if err != nil {
		return nil, err
	}
	if !strings.Contains(q.Action, ":") || strings.ContainsAny(q.Action, "*? ") {
		return nil, fmt.Errorf("action %q must be one action, such as s3:GetObject", q.Action)
	}
	c := &Case{
		Request: eval.Request{
			Principal: caller, Action: q.Action, Resource: q.Resource, ResourceAccount: q.ResourceAccount,
			Context: eval.NewContext(q.Context), Partial: true,
		},
		Endpoint: q.EndpointPolicy, Resource: q.ResourcePolicy, Session: q.Session,
		ServiceControl: q.ServiceControl, ResourceControl: q.ResourceControl, Required: q.Required,
	}
	if err := c.resource(); err != nil {
		return nil, err
	}
	c.addContext()
	for _, key := range slices.Sorted(maps.Keys(q.Context)) {
		if meant := spelling.Key(key); meant != "" && !catalog.KnownKey(key) {
			c.note("the condition key %s is not among those that are known today; is it %s?", key, meant)
		}
	}
	switch caller.Type {
	case eval.User, eval.Role, eval.Session:
		err = c.addPrincipal(d, q.Principal)
	case eval.Root:
		if caller.Account != d.Account {
			err = fmt.Errorf("the details are those of account %s, not of %s", d.Account, caller.Account)
		}
	default:
		err = fmt.Errorf("%s is not a user, role, role session or root of the account", q.Principal)
	}
	if err != nil {
		return nil, err
	}
	if target, ok := d.Principal(c.Request.Resource); ok {
		c.TargetBoundary = target.Boundary
	}
	return c, c.addResourcePolicy(d)
}

// addContext adds the condition keys that follow from the question: the Region that is called, which is that of
// a regional resource, and the time in its other form.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func (c *Case) addContext() {
	const region, date, epoch = "aws:RequestedRegion", "aws:CurrentTime", "aws:EpochTime"
	r := &c.Request
	if of := strings.SplitN(r.Resource, ":", 6); len(of) == 6 && of[3] != "" && len(r.Context.Lookup(region)) == 0 {
		r.Context.Add(region, of[3])
	}
	for key, other := range map[string]string{date: epoch, epoch: date} {
		given := r.Context.Lookup(other)
		if len(given) != 1 || len(r.Context.Lookup(key)) > 0 {
			continue
		}
		if t, ok := policy.ParseDate(given[0]); ok && key == date {
			r.Context.Add(key, t.Format(time.RFC3339))
		} else if ok {
			r.Context.Add(key, strconv.FormatInt(t.Unix(), 10))
		}
	}
}

// resource settles what the action is matched with.
func (c *Case) resource() error {
	r := &c.Request
	if r.Resource == "" {
		r.Resource = "*"
	}
	if r.Resource != "*" && strings.Count(r.Resource, ":") < 5 {
		return fmt.Errorf(`resource %q must be an ARN (arn:partition:service:region:account:resource) or "*"`, r.Resource)
	}
	action, ok := catalog.Lookup(r.Action)
	switch {
	case !ok:
		note := fmt.Sprintf("%s is not among the actions that are known today", r.Action)
		if close := spelling.Action(r.Action); close != "" {
			note += "; is it " + close + "?"
		}
		c.note("%s", note)
	case !action.TakesResource() && r.Resource != "*":
		c.note("%s takes no resource: it is matched with * and not with %s", action, r.Resource)
		r.Resource = "*"
	case action.TakesResource() && r.Resource == "*":
		c.note("no --resource was given, so only statements for all resources count")
	}
	if ok {
		r.Action = action.String()
	}
	return nil
}

func (c *Case) note(format string, args ...any) {
	c.Notes = append(c.Notes, fmt.Sprintf(format, args...))
}

// addPrincipal adds the caller's policies and tags.
func (c *Case) addPrincipal(d *authdetails.Details, arn string) error {
	p, ok := d.Principal(arn)
	if !ok {
		return fmt.Errorf("the account's details hold no %s", arn)
	}
	caller := &c.Request.Principal
	caller.Identity, caller.PathKnown = p.ARN(), true
	caller.UserID = p.ID
	if caller.Type == eval.Session {
		_, session, _ := strings.Cut(strings.TrimPrefix(arn, "arn:"), ":assumed-role/")
		caller.UserID += ":" + session[strings.IndexByte(session, '/')+1:]
	}
	for key, value := range p.Tags {
		if key = "aws:PrincipalTag/" + key; len(c.Request.Context.Lookup(key)) == 0 {
			c.Request.Context.Add(key, value)
		}
	}
	policies, err := d.IdentityPolicies(p)
	if err != nil {
		return err
	}
	for _, identity := range policies {
		if err := c.add(&c.Identity, identity.String(), identity.Document); err != nil {
			return err
		}
	}
	if p.Boundary == "" {
		return nil
	}
	document, err := d.Document(p.Boundary)
	if err != nil {
		return fmt.Errorf("reading the permissions boundary of %s: %w", p.ARN(), err)
	}
	if c.Required == "" {
		c.Required = p.Boundary
	}
	return c.add(&c.Boundaries, p.Boundary, document)
}

func (c *Case) add(list *[]Source, name string, document []byte) error {
	s, err := NewSource(name, document)
	*list = append(*list, s)
	return err
}

// addResourcePolicy adds the trust policy of a role to assume. For a KMS key without a given policy it uses
// the default key policy, as the policy simulator does; without it every answer would be a denial.
//
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
func (c *Case) addResourcePolicy(d *authdetails.Details) error {
	if c.Resource != nil {
		return nil
	}
	r := &c.Request
	service, _, _ := strings.Cut(strings.ToLower(r.Action), ":")
	switch {
	case service == "sts" && strings.Contains(r.Resource, ":role/"):
		role, ok := d.Principal(r.Resource)
		if !ok || role.Kind != principal.Role {
			c.note("the account's details hold no %s, so its trust policy is not known; give it with --resource-policy", r.Resource)
			return nil
		}
		s, err := NewSource("the trust policy of "+r.Resource, role.Trust)
		c.Resource = &s
		return err
	case service == "kms" && strings.Contains(r.Resource, ":key/"):
		field := strings.SplitN(r.Resource, ":", 6)
		owner := "arn:" + field[1] + ":iam::" + field[4] + ":root"
		if field[4] != d.Account {
			c.note("the key policy is not known; give it with --resource-policy")
			return nil
		}
		s, err := NewSource("the key policy", []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow",`+
			`"Principal":{"AWS":"`+owner+`"},"Action":"kms:*","Resource":"*"}]}`))
		c.Resource = &s
		c.note("the key policy is not known; it is taken to leave access to IAM policies, as that of a new key does: give it with --resource-policy")
		return err
	}
	return nil
}
