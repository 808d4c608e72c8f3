package config

import (
	"github.com/ringfence/ringfence/internal/principal"
)

// version is the version of the file format that Load reads.
const version = "1"

// loader builds a configuration while it reads.
type loader struct {
	reader
	cfg  Config
	open func(path string) ([]byte, error)
	// named are the indexes of the boundaries in the configuration, by name. A boundary with problems
	// has the index -1, so that a rule that names it causes no further problem.
	named map[string]int
	// places are the positions of the boundaries in the file.
	places []value
}

// Load reads a configuration: ringfence.yaml. Messages contain the name. open reads the approved
// documents; their paths are relative to the folder of the file.
//
// Load is strict, because a misspelt word could do the opposite of what was intended: everything
// unknown is a problem. The error is a [Problems] with all problems and their lines. Likely mistakes
// that are valid are in [Config.Warnings].
func Load(name string, data []byte, open func(path string) ([]byte, error)) (*Config, error) {
	l := loader{reader: reader{file: name}, open: open, named: map[string]int{}}
	if root := l.parse(data); root != nil {
		l.root(value{r: &l.reader, node: root})
	}
	if len(l.problems) > 0 {
		return nil, l.problems.sorted()
	}
	l.warn()
	return &l.cfg, nil
}

func (l *loader) root(v value) {
	f, ok := v.mapping("version", "mode", "boundaries", "accounts", "rules", "exemptions")
	if !ok {
		return
	}
	if v, ok := f.need("version"); ok && (v.node.ShortTag() != "!!int" || v.node.Value != version) {
		v.problem("%q is not a known version of this file (%s)", v.node.Value, version)
	}
	mode := Observe
	if v, ok := f.need("mode"); ok {
		mode, _ = oneOf(v, "a mode", modes)
	}
	if v, ok := f.need("boundaries"); ok {
		l.boundaries(v)
	}
	if v, ok := f.need("rules"); ok {
		l.rules(v, mode)
		l.approved()
	}
	if v, ok := f.get("accounts"); ok {
		l.accounts(v)
	}
	if v, ok := f.get("exemptions"); ok {
		l.exemptions(v)
	}
}

// name matches the names of boundaries and rules. Messages, metrics and message attributes contain
// them, so few characters are allowed.
var name = lazy(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

const nameWords = "letters, digits, dots, dashes and underscores, at most 64, beginning with a letter or digit"

func (l *loader) rules(v value, mode Mode) {
	first := map[string]int{}
	for _, item := range v.items() {
		r, line, ok := l.rule(item, mode)
		if !ok {
			continue
		}
		if n, dup := first[r.Name]; dup {
			item.problem("the rule in line %d has the same name %q", n, r.Name)
			continue
		}
		first[r.Name] = line
		l.cfg.rules = append(l.cfg.rules, r)
	}
}

func (l *loader) rule(v value, mode Mode) (r Rule, line int, ok bool) {
	f, ok := v.mapping("name", "match", "boundary", "mode", "accept", "onDrift", "onIncomparable", "owner", "topic", "reason", "preset")
	if !ok {
		return r, 0, false
	}
	if p, set := f.get("preset"); set {
		r, ok = l.preset(p, f, mode)
		return r, p.node.Line, ok
	}
	r.Mode = setting(f, "mode", "a mode", modes, mode)
	r.Accept = setting(f, "accept", "an acceptance", accepts, AcceptNarrower)
	r.OnDrift = setting(f, "onDrift", "a reaction", onDrifts, Reattach)
	r.OnIncomparable = setting(f, "onIncomparable", "a reaction", onIncomparable, r.OnDrift)
	if v, set := f.get("onIncomparable"); set && r.OnDrift != Reattach && !isNone(f) {
		v.problem("has a meaning only with onDrift: %s; this rule has onDrift: %s", Reattach, r.OnDrift)
	}
	if v, ok := f.need("match"); ok {
		r.Match = match(v)
	}
	r.Topic = f.topic()
	if isNone(f) {
		r.Mode = mode
		l.outOfScope(f, &r)
	} else if v, ok := f.need("boundary"); ok {
		inScope(f)
		r.Owner = f.someLine("owner")
		r.Boundary, r.boundary = l.boundaryNamed(v)
	}
	v, ok = f.need("name")
	if !ok {
		return r, 0, false
	}
	if r.Name, ok = v.text(); ok && !name().MatchString(r.Name) {
		v.problem("%q is not a name (%s)", r.Name, nameWords)
	}
	return r, v.node.Line, ok
}

func (l *loader) boundaryNamed(v value) (string, int) {
	s, ok := v.text()
	if !ok {
		return "", -1
	}
	i, known := l.named[s]
	if !known {
		v.problem("there is no boundary %q in this file", s)
		return s, -1
	}
	return s, i
}

// match reads the match of a rule. An empty one is probably a mistake; names: ["*"] matches every
// principal.
func match(v value) (m Match) {
	f, ok := v.mapping("kinds", "accounts", "organizationalUnits", "accountTags", "paths", "names", "tags")
	if !ok {
		return m
	}
	if len(f.node.Content) == 0 {
		v.problem(`is empty; for every user and role write names: ["*"]`)
	}
	if v, ok := f.get("kinds"); ok {
		for _, item := range v.words() {
			if k, ok := oneOf(item, "a kind", []principal.Kind{principal.Role, principal.User}); ok {
				m.Kinds = append(m.Kinds, k)
			}
		}
	}
	m.Accounts = f.globs("accounts", accountGlob)
	m.Units = f.organizationalUnits("organizationalUnits")
	if v, ok := f.get("accountTags"); ok {
		m.AccountTags, _ = tags(v)
	}
	m.Paths = f.globs("paths", pathGlob)
	m.Names = f.globs("names", nameGlob)
	if v, ok := f.get("tags"); ok {
		list, keys := tags(v)
		m.Tags = list
		keys.oneCase()
	}
	return m
}

// tags reads tags with their values.
func tags(v value) (out []TagMatch, f fields) {
	f, ok := v.mapping()
	if !ok {
		return nil, f
	}
	if len(f.node.Content) == 0 {
		v.problem("is empty")
	}
	for _, key := range f.keys {
		v := f.values[key]
		if err := tagKey(key); err != nil {
			v.problem("%v", err)
		}
		out = append(out, TagMatch{Key: key, Values: v.oneOrMoreGlobs(tagGlob)})
	}
	return out, f
}

// oneCase refuses tags of principals whose keys differ only by case.
func (f fields) oneCase() {
	for i, key := range f.keys {
		for _, earlier := range f.keys[:i] {
			if equalTagKeys(earlier, key) {
				f.values[key].problem("is the same tag as %q: IAM ignores the case of tag keys", earlier)
			}
		}
	}
}
