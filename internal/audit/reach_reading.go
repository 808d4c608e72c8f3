package audit

import (
	"slices"
	"strings"
	"sync"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/principal"
)

// assumeRole is the action that it is all about. Only callers with proof from an identity
// provider use its siblings, and they carry no boundary.
const assumeRole = "sts:AssumeRole"

// kind is a kind of principal, since IAM fills in other condition keys for each.
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

// reading is a document, read twice as far as it speaks of assuming a role. What a condition
// says whose key is not known here is once taken to stand in the way, and once not: what both
// readings allow is allowed, and what one of them allows is allowed under conditions.
type reading struct {
	number int
	// sure has no Allow that hangs on what is not known, and each Deny that may take effect.
	sure *eval.Policy
	// maybe is the other way around, and keys are those that its statements hang on.
	maybe *eval.Policy
	keys  [][]string
	// denials are those of sure that hang on something, each alone.
	denials []denial
	// personal is set where conditions or variables ask who the caller is.
	personal bool
}

type denial struct {
	policy *eval.Policy
	keys   []string
}

// empty reports whether the document says nothing of assuming a role.
func (r *reading) empty() bool {
	return len(r.sure.Document.Statements)+len(r.maybe.Document.Statements) == 0
}

// readings reads documents, each text once. The zero value is ready for use.
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

// speaks reports whether a document may speak of assuming a role.
func speaks(d *policy.Document) bool { return slices.ContainsFunc(d.Statements, speaksOfIt) }

func speaksOfIt(s policy.Statement) bool {
	return s.Action.Not || slices.ContainsFunc(s.Action.Values, isAssume)
}

// isAssume reports whether an action may be sts:AssumeRole.
func isAssume(action string) bool {
	service, name, _ := strings.Cut(action, ":")
	return strings.ContainsAny(service, "*?") || strings.EqualFold(service, "sts") && (strings.ContainsAny(name, "*?") || strings.EqualFold(name, "AssumeRole"))
}

func (k kind) read(d *policy.Document) *reading {
	r := &reading{}
	sure, maybe := &policy.Document{Version: d.Version}, &policy.Document{Version: d.Version}
	for _, s := range d.Statements {
		if !speaksOfIt(s) {
			continue
		}
		r.personal = r.personal || slices.ContainsFunc(keysOf(s, d.Version), isPersonal)
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
