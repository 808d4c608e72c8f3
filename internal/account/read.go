package account

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/principal"
)

// Read reads details: one JSON object, or several one after the other (the pages of
// one answer). Documents may be objects, or strings of JSON, percent-encoded or not;
// they are not parsed. The error lists all faults: what is no JSON, entities without
// a name or ARN, and those of another account than the rest.
func Read(r io.Reader) (*Details, error) {
	in := json.NewDecoder(r)
	b := builder{details: &Details{groups: map[string]group{}, policies: map[string]principal.PolicyState{}}}
	for n := 1; ; n++ {
		var p *page
		if err := in.Decode(&p); errors.Is(err, io.EOF) && n > 1 {
			break
		} else if err != nil {
			return nil, fmt.Errorf("reading page %d of the account's details: %w", n, err)
		}
		if p == nil || p.UserDetailList == nil && p.GroupDetailList == nil && p.RoleDetailList == nil && p.Policies == nil {
			return nil, fmt.Errorf("page %d of the account's details has none of UserDetailList, GroupDetailList, RoleDetailList and Policies: "+
				"it is not what aws iam get-account-authorization-details prints", n)
		}
		b.add(p)
	}
	if b.details.Account == "" && len(b.faults) == 0 {
		b.fault("no user, role, group or customer managed policy says which account it is")
	}
	if len(b.faults) > 0 {
		return nil, fmt.Errorf("the account's details have faults:\n%w", errors.Join(b.faults...))
	}
	return b.details, nil
}

// The JSON of one page.
type (
	page struct {
		UserDetailList  []user
		GroupDetailList []entity
		RoleDetailList  []role
		Policies        []managed
	}
	entity struct {
		Path, Arn               string
		UserName, RoleName      string
		GroupName               string
		UserID                  string `json:"UserId"`
		RoleID                  string `json:"RoleId"`
		CreateDate              json.RawMessage
		UserPolicyList          []inline
		GroupPolicyList         []inline
		RolePolicyList          []inline
		AttachedManagedPolicies []struct{ PolicyName, PolicyArn string }
		PermissionsBoundary     *struct{ PermissionsBoundaryArn string }
		Tags                    []struct{ Key, Value string }
	}
	user struct {
		entity
		GroupList []string
	}
	role struct {
		entity
		AssumeRolePolicyDocument text
	}
	inline struct {
		PolicyName     string
		PolicyDocument text
	}
	managed struct {
		PolicyName, Arn   string
		DefaultVersionID  string `json:"DefaultVersionId"`
		PolicyVersionList []struct {
			Document         text
			VersionID        string `json:"VersionId"`
			IsDefaultVersion bool
			CreateDate       json.RawMessage
		}
	}
)

// text is a document's JSON text, out of an object or out of a string.
type text []byte

// UnmarshalJSON keeps an object's text, and decodes a string.
func (t *text) UnmarshalJSON(b []byte) error {
	if len(b) == 0 || b[0] != '"' {
		*t = append(text(nil), b...)
		return nil
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	decoded, err := policy.Decode(s)
	if err != nil {
		return err
	}
	*t = text(decoded)
	return nil
}

// builder puts pages together.
type builder struct {
	details *Details
	faults  []error
}

func (b *builder) fault(format string, args ...any) {
	b.faults = append(b.faults, fmt.Errorf(format, args...))
}

func (b *builder) add(p *page) {
	for _, g := range p.GroupDetailList {
		if b.owner(g.Arn) {
			b.details.groups[g.GroupName] = policies(g.GroupPolicyList, g, g.GroupName)
		}
	}
	for _, u := range p.UserDetailList {
		if ref, ok := b.ref(u.Arn, principal.User, u.UserName); ok {
			b.principal(ref, u.UserID, u.entity, u.UserPolicyList, u.GroupList, nil)
		}
	}
	for _, r := range p.RoleDetailList {
		if ref, ok := b.ref(r.Arn, principal.Role, r.RoleName); ok {
			b.principal(ref, r.RoleID, r.entity, r.RolePolicyList, nil, r.AssumeRolePolicyDocument)
		}
	}
	for _, m := range p.Policies {
		b.policy(m)
	}
}

// owner notes whose entity it is; all must be of one account.
func (b *builder) owner(arn string) bool {
	field := strings.SplitN(arn, ":", 6)
	if len(field) != 6 || field[0] != "arn" || field[2] != "iam" || field[4] == "" {
		b.fault("%q is not the ARN of an IAM entity", arn)
		return false
	}
	switch {
	case field[4] == principal.AWSManaged:
	case b.details.Account == "":
		b.details.Partition, b.details.Account = field[1], field[4]
	case b.details.Account != field[4] || b.details.Partition != field[1]:
		b.fault("%s is of another account than the entities before it (%s)", arn, b.details.Account)
		return false
	}
	return true
}

// ref reads the ARN of a user or role.
func (b *builder) ref(arn string, kind principal.Kind, name string) (principal.Ref, bool) {
	ref, err := principal.Parse(arn)
	switch {
	case err != nil:
		b.fault("%w", err)
	case ref.Kind != kind || ref.Name != name:
		b.fault("%s is listed as the %s %q", arn, kind, name)
	default:
		return ref, b.owner(arn)
	}
	return ref, false
}

func (b *builder) principal(ref principal.Ref, id string, e entity, inlines []inline, groups []string, trust text) {
	p := Principal{
		Snapshot: principal.Snapshot{Ref: ref, ID: id, Created: date(e.CreateDate)},
		Groups:   groups, Trust: trust, own: policies(inlines, e, ""),
	}
	if e.PermissionsBoundary != nil {
		p.Boundary = e.PermissionsBoundary.PermissionsBoundaryArn
	}
	if len(e.Tags) > 0 {
		p.Tags = make(map[string]string, len(e.Tags))
		for _, t := range e.Tags {
			p.Tags[t.Key] = t.Value
		}
	}
	b.details.Principals = append(b.details.Principals, p)
}

// policies are those of one entity; the documents of attached ones are not here.
func policies(inlines []inline, e entity, group string) []principal.IdentityPolicy {
	embedded, attached := principal.Inline, principal.Attached
	if group != "" {
		embedded, attached = principal.GroupInline, principal.GroupAttached
	}
	list := make([]principal.IdentityPolicy, 0, len(inlines)+len(e.AttachedManagedPolicies))
	for _, i := range inlines {
		list = append(list, principal.IdentityPolicy{Source: embedded, Name: i.PolicyName, Group: group, Document: i.PolicyDocument})
	}
	for _, a := range e.AttachedManagedPolicies {
		list = append(list, principal.IdentityPolicy{Source: attached, Name: a.PolicyName, ARN: a.PolicyArn, Group: group})
	}
	return list
}

func (b *builder) policy(m managed) {
	if !b.owner(m.Arn) {
		return
	}
	p := principal.PolicyState{ARN: m.Arn, DefaultVersion: m.DefaultVersionID}
	for _, v := range m.PolicyVersionList {
		p.Versions = append(p.Versions, principal.PolicyVersion{
			ID: v.VersionID, Default: v.IsDefaultVersion, Created: date(v.CreateDate), Document: v.Document,
		})
		if v.IsDefaultVersion && p.DefaultVersion == "" {
			p.DefaultVersion = v.VersionID
		}
	}
	// The CLI lists the newest first.
	slices.SortStableFunc(p.Versions, func(a, b principal.PolicyVersion) int {
		return cmp.Or(cmp.Compare(len(a.ID), len(b.ID)), cmp.Compare(a.ID, b.ID))
	})
	b.details.policies[m.Arn] = p
}

// date reads a time as the AWS CLI prints it: ISO 8601, or seconds. What is neither is
// the zero time, since nothing hangs on it.
func date(raw json.RawMessage) time.Time {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		s, _, _ = strings.Cut(string(raw), ".")
	}
	t, _ := policy.ParseDate(s)
	return t
}
