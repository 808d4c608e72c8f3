package authdetails

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/ringfence/ringfence/internal/principal"
)

// Read reads the details of one account: one JSON object, several in sequence (the pages of one
// response), or an array of these. Documents may be objects or strings of JSON, percent-encoded or
// not; they are not parsed. The error lists all problems: text that is not JSON or ends in the middle,
// entities without a name or ARN, and entities of another account.
func Read(in io.Reader) (*Details, error) {
	var r Reader
	if err := r.Read("", in); err != nil {
		return nil, err
	}
	parts := r.Parts()
	if len(parts) > 1 {
		return nil, fmt.Errorf("the details are of more than one account: %s and %s", parts[0].Details.Account, parts[1].Details.Account)
	}
	if parts[0].Cut != nil {
		return nil, parts[0].Cut
	}
	return parts[0].Details, nil
}

// ref parses the ARN of a user or role.
func (f *file) ref(arn string, kind principal.Kind, name string) (principal.Ref, bool) {
	ref, err := principal.Parse(arn)
	switch {
	case err != nil:
		f.problem("%w", err)
	case ref.Kind != kind || ref.Name != name:
		f.problem("%s is listed as the %s %q", arn, kind, name)
	default:
		return ref, true
	}
	return ref, false
}

// principal returns the user or role that an entity describes.
func (e *Entity) principal(w words, ref principal.Ref, id string, inlines []Inline) Principal {
	ref.Path = w.word(ref.Path)
	ref.Account, ref.Partition = w.word(ref.Account), w.word(ref.Partition)
	p := Principal{Snapshot: principal.Snapshot{Ref: ref, ID: id, Created: e.CreateDate.Time()}, own: policies(w, inlines, *e, "")}
	if e.PermissionsBoundary != nil {
		p.Boundary = w.word(e.PermissionsBoundary.PermissionsBoundaryArn)
	}
	if len(e.Tags) > 0 {
		p.Tags = make(map[string]string, len(e.Tags))
		for _, t := range e.Tags {
			p.Tags[w.word(t.Key)] = w.word(t.Value)
		}
	}
	return p
}

// policies returns the policies of an entity. Attached policies have no documents yet.
func policies(w words, inlines []Inline, e Entity, group string) []principal.IdentityPolicy {
	embedded, attached := principal.Inline, principal.Attached
	if group != "" {
		embedded, attached = principal.GroupInline, principal.GroupAttached
	}
	list := make([]principal.IdentityPolicy, 0, len(inlines)+len(e.AttachedManagedPolicies))
	for _, i := range inlines {
		list = append(list, principal.IdentityPolicy{Source: embedded, Name: w.word(i.PolicyName), Group: group, Document: i.PolicyDocument})
	}
	for _, a := range e.AttachedManagedPolicies {
		list = append(list, principal.IdentityPolicy{Source: attached, Name: w.word(a.PolicyName), ARN: w.word(a.PolicyArn), Group: group})
	}
	return list
}

// state returns the managed policy that an entity describes.
func (m *ManagedPolicy) state() principal.PolicyState {
	p := principal.PolicyState{ARN: m.Arn, DefaultVersion: m.DefaultVersionID}
	for _, v := range m.PolicyVersionList {
		p.Versions = append(p.Versions, principal.PolicyVersion{
			ID: v.VersionID, Default: v.IsDefaultVersion, Created: v.CreateDate.Time(), Document: v.Document,
		})
		if v.IsDefaultVersion && p.DefaultVersion == "" {
			p.DefaultVersion = v.VersionID
		}
	}
	// The CLI lists the newest first.
	slices.SortStableFunc(p.Versions, func(a, b principal.PolicyVersion) int {
		return cmp.Or(cmp.Compare(len(a.ID), len(b.ID)), cmp.Compare(a.ID, b.ID))
	})
	return p
}
