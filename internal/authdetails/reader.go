package authdetails

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/principal"
)

// Reader collects accounts from any number of files. A file has the pages of one account or several,
// in sequence or in an array. Apart from the result, a Reader keeps only a few entities in memory. The
// zero value is ready for use.
type Reader struct {
	// Each calls a function with every number below n, concurrently to use several processors. nil
	// means in sequence.
	Each func(n int, do func(i int))
	// Keep makes each [Part] keep its entities, for callers that need more than [Details] has.
	Keep bool

	parts []*Part
	// managed are the AWS managed policies, which every account has.
	managed map[string]principal.PolicyState
	// aws are the same policies as entities, if Keep is set.
	aws []ManagedPolicy
	// words are the strings, and trusts the trust policies, that many entities have in common.
	words  words
	trusts map[string]Document
}

// Part is one of the accounts that were read.
type Part struct {
	Details *Details
	// Entities are the entities that the details were made from, including AWS managed policies. They
	// are empty unless [Reader.Keep] is set.
	Entities Entities
	// Sources are the names of the files that the account was read from.
	Sources []string
	// Partial are the reasons why the account may have more than was read.
	Partial []string
	// Cut is the error if a file ends in the middle of the account. It says where.
	Cut error

	aws      int // number of AWS managed policies in Entities
	byARN    map[string]int
	filtered bool
	// more are the files with a page that says that another follows. ended is set if one page is the
	// last. Pages may come in any order.
	more  []string
	ended bool
}

// Read reads one file. The error lists all its problems: text that is not JSON, and entities without a
// name or ARN. A file that ends in the middle is not an error: its content is kept, and its accounts
// are marked as partial.
func (r *Reader) Read(source string, in io.Reader) error {
	if r.managed == nil {
		r.managed, r.words, r.trusts = map[string]principal.PolicyState{}, words{}, map[string]Document{}
	}
	f := &file{Reader: r, of: map[*Part]bool{}, on: map[*Part]bool{}, pages: pages{source: source, in: newScanner(in), each: r.Each}}
	if f.each == nil {
		f.each = inTurn
	}
	f.lists = map[string]element{"userdetaillist": taking(f.user), "groupdetaillist": taking(f.group), "roledetaillist": taking(f.role), "policies": taking(f.policy)}
	f.done = f.pageDone
	err := f.read()
	if cut := errors.Is(err, io.ErrUnexpectedEOF); cut && f.entities > 0 {
		f.partial(fmt.Sprintf("%sends in the middle of page %d", f.named(), f.page), fmt.Errorf("%w: it ends in the middle", err))
	} else if err != nil {
		return err
	}
	if len(f.of) == 0 && len(f.problems) == 0 {
		f.problem("no user, role, group or customer managed policy says which account it is")
	}
	if len(f.problems) > 0 {
		return fmt.Errorf("the account's details have problems:\n%w", errors.Join(f.problems...))
	}
	return nil
}

// Parts returns the accounts that were read, in the order of their first entity.
func (r *Reader) Parts() []*Part {
	for _, p := range r.parts {
		for arn, state := range r.managed {
			if _, own := p.Details.policies[arn]; !own {
				p.Details.policies[arn] = state
			}
		}
		p.Entities.Policies = append(p.Entities.Policies, r.aws[p.aws:]...)
		p.aws = len(r.aws)
		if !p.ended {
			for _, source := range p.more {
				p.Partial = append(p.Partial, source+"says that there are more pages")
			}
			p.more = nil
		}
		if !p.Details.whole && !p.filtered {
			p.filtered = true
			p.Partial = append(p.Partial, "no managed policy of the account is listed, so what they allow is not known (was it made with --filter?)")
		}
	}
	return r.parts
}

// file is one file that is being read.
type file struct {
	pages
	*Reader
	// of are the accounts of the file, on the accounts of the current page.
	of, on   map[*Part]bool
	problems []error
}

func (f *file) problem(format string, args ...any) {
	f.problems = append(f.problems, fmt.Errorf(format, args...))
}

func (f *file) partial(why string, cut error) {
	for p := range f.of {
		p.Partial = append(p.Partial, why)
		p.Cut = cut
	}
}

// pageDone records whether more pages follow for the accounts of a page.
func (f *file) pageDone(more *bool) {
	for p := range f.on {
		switch {
		case more == nil:
		case !*more:
			p.ended = true
		case !slices.Contains(p.more, f.named()):
			p.more = append(p.more, f.named())
		}
	}
	clear(f.on)
}

// taking returns an element that decodes a T and calls take with it.
func taking[T any](take func(*T)) element {
	return func(raw json.RawMessage) (func(), error) {
		var decoded T
		err := json.Unmarshal(raw, &decoded)
		return func() { take(&decoded) }, err
	}
}

func (f *file) user(u *User) {
	if ref, ok := f.ref(u.Arn, principal.User, u.UserName); ok {
		p := u.principal(f.words, ref, u.UserID, u.UserPolicyList)
		for _, name := range u.GroupList {
			p.Groups = append(p.Groups, f.words.word(name))
		}
		part := f.add(p)
		keep(f, &part.Entities.Users, u)
	}
}

func (f *file) role(r *Role) {
	if ref, ok := f.ref(r.Arn, principal.Role, r.RoleName); ok {
		p := r.principal(f.words, ref, r.RoleID, r.RolePolicyList)
		p.Trust = f.trust(r.AssumeRolePolicyDocument)
		part := f.add(p)
		keep(f, &part.Entities.Roles, r)
	}
}

func (f *file) group(g *Entity) {
	if p := f.owner(g.Arn); p != nil {
		p.Details.groups[g.GroupName] = group{f.words.word(g.Arn), policies(f.words, g.GroupPolicyList, *g, g.GroupName)}
		keep(f, &p.Entities.Groups, g)
	}
}

func (f *file) policy(m *ManagedPolicy) {
	if field := strings.SplitN(m.Arn, ":", 6); len(field) == 6 && field[4] == principal.AWSManaged {
		f.managed[m.Arn] = m.state()
		keep(f, &f.aws, m)
		return
	}
	if p := f.owner(m.Arn); p != nil {
		p.Details.policies[m.Arn], p.Details.whole = m.state(), true
		keep(f, &p.Entities.Policies, m)
	}
}

// keep keeps an entity if Keep is set.
func keep[T any](f *file, list *[]T, entity *T) {
	if f.Keep {
		*list = append(*list, *entity)
	}
}

// add adds a principal and returns its account. It replaces a principal that was read before: pages
// may overlap.
func (f *file) add(p Principal) *Part {
	part := f.owner(p.ARN())
	if at, ok := part.byARN[p.ARN()]; ok {
		part.Details.Principals[at] = p
		return part
	}
	part.byARN[p.ARN()] = len(part.Details.Principals)
	part.Details.Principals = append(part.Details.Principals, p)
	return part
}

// accountOf returns the partition and the account in the ARN of an IAM entity.
func accountOf(arn string) (partition, id string, err error) {
	field := strings.SplitN(arn, ":", 6)
	if len(field) != 6 || field[0] != "arn" || field[2] != "iam" || field[4] == "" {
		return "", "", fmt.Errorf("%q is not the ARN of an IAM entity", arn)
	}
	return field[1], field[4], nil
}

// owner returns the account of an entity, or nil if its ARN does not name one.
func (f *file) owner(arn string) *Part {
	partition, id, err := accountOf(arn)
	if err != nil {
		f.problems = append(f.problems, err)
		return nil
	}
	for _, p := range f.parts {
		if p.Details.Account == id && p.Details.Partition == partition {
			f.from(p)
			return p
		}
	}
	p := &Part{
		Details: &Details{Account: id, Partition: partition, groups: map[string]group{}, policies: map[string]principal.PolicyState{}},
		byARN:   map[string]int{},
	}
	f.parts = append(f.parts, p)
	f.from(p)
	return p
}

// from records that an account is in this file.
func (f *file) from(p *Part) {
	f.on[p] = true
	if !f.of[p] {
		f.of[p] = true
		p.Sources = append(p.Sources, f.source)
	}
}
