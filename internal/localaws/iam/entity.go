package iam

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Kind is a kind of IAM entity to which policies can be attached.
type Kind string

// The kinds of entity.
const (
	KindUser  Kind = "user"
	KindRole  Kind = "role"
	KindGroup Kind = "group"
)

// Tag is a key and its value.
type Tag struct{ Key, Value string }

// Entity holds the fields common to users, roles and groups.
type Entity struct {
	Kind    Kind
	Name    string
	Path    string
	ID      string
	ARN     string
	Created time.Time
	// Attached holds the ARNs of managed policies, in the order of attachment.
	Attached []string
	// Inline holds the inline policies' documents by policy name.
	Inline map[string]string
	// Boundary is the ARN of the permissions boundary; groups have none.
	Boundary string
	// Tags are the tags of a user or role; groups have none.
	Tags []Tag
}

func (e Entity) clone() Entity {
	e.Attached = slices.Clone(e.Attached)
	e.Inline = maps.Clone(e.Inline)
	e.Tags = slices.Clone(e.Tags)
	return e
}

// User is an IAM user.
type User struct {
	Entity
	// Groups holds the keys of the user's groups.
	Groups []string
	// AccessKeys are the ids of the keys that sign requests as the user.
	AccessKeys []string
}

func (u *User) clone() *User {
	c := *u
	c.Entity = u.Entity.clone()
	c.Groups = slices.Clone(u.Groups)
	c.AccessKeys = slices.Clone(u.AccessKeys)
	return &c
}

// Role is an IAM role.
type Role struct {
	Entity
	Trust              string // the assume-role policy document
	Description        string
	MaxSessionDuration int32
}

func (r *Role) clone() *Role {
	c := *r
	c.Entity = r.Entity.clone()
	return &c
}

// Group is an IAM group.
type Group struct{ Entity }

func (g *Group) clone() *Group { return &Group{g.Entity.clone()} }

// Policy is a managed policy, customer or AWS managed.
type Policy struct {
	Name        string
	Path        string
	ID          string
	ARN         string
	Description string
	Created     time.Time
	Updated     time.Time
	AWSManaged  bool
	Versions    []Version
	Default     string
	Tags        []Tag
	// Last is the highest version number ever used: numbers are not reused.
	Last int
}

// Version is one version of a managed policy.
type Version struct {
	ID       string // v1, v2, …
	Document string
	Created  time.Time
}

func (p *Policy) clone() *Policy {
	c := *p
	c.Versions = slices.Clone(p.Versions)
	c.Tags = slices.Clone(p.Tags)
	return &c
}

// Version returns the version with an id, or nil.
func (p *Policy) Version(id string) *Version {
	for i := range p.Versions {
		if p.Versions[i].ID == id {
			return &p.Versions[i]
		}
	}
	return nil
}

// Add appends a version. An empty id takes the next number.
func (p *Policy) Add(id, document string, isDefault bool, created time.Time) *Version {
	if n, err := strconv.Atoi(strings.TrimPrefix(id, "v")); err == nil {
		p.Last = max(p.Last, n)
	} else {
		p.Last++
		id = "v" + strconv.Itoa(p.Last)
	}
	p.Versions = append(p.Versions, Version{ID: id, Document: document, Created: created})
	if isDefault {
		p.Default = id
	}
	p.Updated = created
	return &p.Versions[len(p.Versions)-1]
}
