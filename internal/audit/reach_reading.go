package audit

import (
	"slices"
	"strings"
	"sync"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/principal"
)

// assumeRole is the action in question. Its variants need a token of an identity provider, and
// their callers carry no boundary.
const assumeRole = "sts:AssumeRole"

// kind is a kind of principal. IAM sets different condition keys for each.
type kind int

const (
	asUser kind = iota
	asRole
	kinds
)

func kindOf(k principal.Kind) kind {
	if k == principal.Role {
		return asRole
	}
	return asUser
}

// reading is a document, read twice for what it says about sts:AssumeRole. Conditions on keys
// that are not known count once as false, and once as true. What both readings allow is allowed.
// What only one of them allows is allowed under conditions.
type reading struct {
	number int
	// sure has only the Allow statements that do not depend on unknown keys, and every Deny that
	// may apply.
	sure *eval.Policy
	// maybe is the opposite. keys are the unknown keys of its statements.
	maybe *eval.Policy
	keys  [][]string
	// denials are the Deny statements of sure that depend on unknown keys.
	denials []denial
	// personal is set if conditions or variables depend on who the caller is.
	personal bool
}

type denial struct {
	policy *eval.Policy
	keys   []string
}

// empty reports whether the document says nothing about assuming a role.
func (r *reading) empty() bool {
	return len(r.sure.Document.Statements)+len(r.maybe.Document.Statements) == 0
}

// readings reads documents, and each text only once. The zero value is ready for use.
type readings struct {
	mu    sync.Mutex
	known [kinds]map[string]*reading
	count int
}

func (all *readings) read(k kind, text []byte, d *policy.Document) *reading {
	all.mu.Lock()
	defer all.mu.Unlock()
	if r, ok := all.known[k][string(text)]; ok {
		return r
	}
	all.count++
	r := k.read(d)
	r.number = all.count
	if all.known[k] == nil {
		all.known[k] = map[string]*reading{}
	}
	all.known[k][string(text)] = r
	return r
}

// mentionsAssume reports whether a document may apply to sts:AssumeRole.
func mentionsAssume(d *policy.Document) bool {
	return slices.ContainsFunc(d.Statements, appliesToAssume)
}

func appliesToAssume(s policy.Statement) bool {
	return s.Action.Not || slices.ContainsFunc(s.Action.Values, isAssume)
}

// isAssume reports whether an action pattern may match sts:AssumeRole.
func isAssume(action string) bool {
	service, name, _ := strings.Cut(action, ":")
	return strings.ContainsAny(service, "*?") || strings.EqualFold(service, "sts") && (strings.ContainsAny(name, "*?") || strings.EqualFold(name, "AssumeRole"))
}

func (k kind) read(d *policy.Document) *reading {
	r := &reading{}
	sure, maybe := &policy.Document{Version: d.Version}, &policy.Document{Version: d.Version}
	for _, s := range d.Statements {
		if !appliesToAssume(s) {
			continue
		}
		r.personal = r.personal || slices.ContainsFunc(slices.Collect(s.Keys(d.Version)), isPersonal)
		keys := k.without(s, d.Version, false, nil)
		if surely := k.without(s, d.Version, true, nil); s.Effect == policy.Deny || len(surely) == 0 {
			lifted := s
			k.without(s, d.Version, true, &lifted)
			sure.Statements = append(sure.Statements, lifted)
		}
		lifted := s
		k.without(s, d.Version, false, &lifted)
		if s.Effect == policy.Allow || len(keys) == 0 {
			maybe.Statements, r.keys = append(maybe.Statements, lifted), append(r.keys, keys)
		} else {
			r.denials = append(r.denials, denial{eval.Compile(&policy.Document{Version: d.Version, Statements: []policy.Statement{lifted}}), keys})
		}
	}
	r.sure, r.maybe = eval.Compile(sure), eval.Compile(maybe)
	return r
}
