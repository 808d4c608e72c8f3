package delegation

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/principal"
)

// Area is where the principals of a rule are: by path and name, since no condition key of IAM's tells a rule.
type Area struct {
	// Rule is the name of the rule, and Kinds are the kinds of principal that it is for.
	Rule  string
	Kinds []principal.Kind
	// Boundary is the name of the boundary that the rule requires.
	Boundary string
	// below are what follows the kind in ARNs, such as /dev/*.
	below []string
	// except are what does not belong to the rule in spite of it: whole resources, such as role/dev/other-*.
	except []string
	// left are paths and names of the rule that resources of policies cannot say.
	left []string
}

// paths are what a path may be that a rule does not give: without wildcards, and without the $ of a policy variable.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-friendly-names
var paths = regexp.MustCompile(`^/[\x21-\x23\x25-\x29\x2b-\x3e\x40-\x7e]+/$`)

// NewArea returns the area of a rule. path, if it is not empty, is a path within the rule to which the area is limited.
// account is the account that it is for, "" for any. The error says why the rule has no area, and what to do.
func NewArea(c *config.Config, name, path, account string) (*Area, error) {
	rules := c.Rules()
	at := slices.IndexFunc(rules, func(r config.Rule) bool { return r.Name == name })
	if at < 0 {
		return nil, fmt.Errorf("there is no rule %q: the rules that require a boundary are %s", name, strings.Join(required(rules), ", "))
	}
	r := rules[at]
	a := &Area{Rule: name, Kinds: kindsOf(r.Match), Boundary: r.Boundary}
	switch {
	case r.OutOfScope != nil:
		return nil, fmt.Errorf("rule %s requires no boundary, so there is nothing to delegate", name)
	case len(r.Match.Tags) > 0:
		return nil, fmt.Errorf("rule %s depends on tags, which may be missing from a principal that is created: give its principals a path, such as paths: [\"/%s/*\"], in place of the tags", name, name)
	case len(r.Match.Units) > 0 || len(r.Match.AccountTags) > 0:
		return nil, fmt.Errorf("rule %s depends on organizational units or tags of accounts, so its principals are not the same in every account that the policies are for: give a rule that names accounts, or none of these", name)
	case account != "" && !anyMatches(r.Match.Accounts, account):
		return nil, fmt.Errorf("rule %s is not for account %s", name, account)
	case path != "" && !paths.MatchString(path):
		return nil, fmt.Errorf("--path %q must begin and end with a slash, have more than that, and neither * nor ? nor $, such as /%s/", path, name)
	}
	if err := a.from(r.Match, path, account); err != nil {
		return nil, fmt.Errorf("rule %s: %w", name, err)
	}
	for _, earlier := range rules[:at] {
		if err := a.without(&earlier, account); err != nil {
			return nil, err
		}
	}
	for _, e := range c.Exemptions() {
		if resource, ok := lastField(e.Principal); ok {
			kind, rest, _ := strings.Cut(resource, "/")
			if slices.Contains(a.Kinds, principal.Kind(kind)) && a.has("/"+rest) {
				a.except = append(a.except, resource)
			}
		}
	}
	slices.Sort(a.except)
	a.except = slices.Compact(a.except)
	return a, nil
}

// required are the names of the rules that require a boundary.
func required(rules []config.Rule) (names []string) {
	for _, r := range rules {
		if r.OutOfScope == nil {
			names = append(names, r.Name)
		}
	}
	return names
}

func kindsOf(m config.Match) []principal.Kind {
	if len(m.Kinds) == 0 {
		return []principal.Kind{principal.Role, principal.User}
	}
	return m.Kinds
}

func anyMatches(globs []config.Glob, s string) bool {
	return len(globs) == 0 || slices.ContainsFunc(globs, func(g config.Glob) bool { return g.Match(s) })
}

// from takes the paths and names of a rule, as far as resources of policies can say them: a path that is whole or ends
// in *, and a name that is whole or ends in *.
func (a *Area) from(m config.Match, path, account string) error {
	var shallow []string
	for _, p := range orAny(m.Paths) {
		base, deep, ok := begins(p)
		switch {
		case !ok:
			a.left = append(a.left, "path "+string(p))
			continue
		case path == "":
		case deep && strings.HasPrefix(path, base):
			base = path
		case deep && strings.HasPrefix(base, path), !deep && base == path:
		default:
			continue
		}
		if base == "" {
			base = "/"
		}
		for _, n := range orAny(m.Names) {
			if strings.Contains(string(n), "${") {
				if account == "" {
					return errors.New("its names have ${account}: give --account")
				}
				n = config.Glob(strings.ReplaceAll(string(n), "${account}", account))
			}
			name, open, ok := begins(n)
			if !ok || base == "/" && name == "" && deep || base != "/" && !strings.HasSuffix(base, "/") && name != "" {
				a.left = append(a.left, "name "+string(n))
				continue
			}
			below := base + name
			if !strings.HasSuffix(base, "/") {
				below += "*/" // what follows is more of the path, before a name
			}
			if open {
				below += "*"
			}
			if open && (!deep || name != "") {
				shallow = append(shallow, below)
			} else {
				a.below = append(a.below, below)
			}
		}
	}
	a.add(shallow)
	if len(a.below) > 0 {
		return nil
	}
	if path != "" {
		return fmt.Errorf("it does not have all principals below %s: choose a path within the rule (%s)", path, m)
	}
	return fmt.Errorf("nothing that a policy can name tells its principals from others (%s): choose a path for them with --path /NAME/, or give the rule one, such as paths: [\"/NAME/*\"]", m)
}

// add adds patterns that do not stand for what is below them. A * of a resource goes beyond a slash, so that this is
// excepted, unless all of it is in the area already.
func (a *Area) add(shallow []string) {
	deep := slices.Clone(a.below)
	for _, below := range shallow {
		if slices.ContainsFunc(deep, func(d string) bool { return covers(d, below) }) {
			continue
		}
		a.below = append(a.below, below)
		a.except = append(a.except, "policy"+below+"/*")
		for _, k := range a.Kinds {
			a.except = append(a.except, string(k)+below+"/*")
		}
	}
	slices.Sort(a.below)
	a.below = slices.Compact(a.below)
}

func orAny(globs []config.Glob) []config.Glob {
	if len(globs) == 0 {
		return []config.Glob{config.Any}
	}
	return globs
}

// begins returns what all that a glob matches begins with. open is set if anything can follow. ok is false for a glob
// of another form.
func begins(g config.Glob) (text string, open, ok bool) {
	text, open = strings.CutSuffix(string(g), "*")
	return text, open, !strings.ContainsAny(text, "*?")
}

// without takes out what belongs to an earlier rule, which decides where both match. A rule that depends on units or tags
// is taken to apply.
func (a *Area) without(r *config.Rule, account string) error {
	both := slices.DeleteFunc(slices.Clone(a.Kinds), func(k principal.Kind) bool { return !slices.Contains(kindsOf(r.Match), k) })
	if r.Boundary == a.Boundary || account != "" && !anyMatches(r.Match.Accounts, account) || len(both) == 0 {
		return nil
	}
	for _, p := range orAny(r.Match.Paths) {
		for _, n := range orAny(r.Match.Names) {
			if p == config.Any {
				p = "/*"
			}
			taken := strings.ReplaceAll(string(p)+strings.ReplaceAll(string(n), "${account}", "*"), "**", "*")
			for _, below := range a.below {
				if !mayMeet(taken, below) {
					continue
				}
				if covers(taken, below) {
					return fmt.Errorf("rule %s: the earlier rule %s (%s) applies to what is below %s: choose another path with --path, or move the rule up", a.Rule, r.Name, r.Match, strings.TrimSuffix(below, "*"))
				}
				for _, k := range both {
					a.except = append(a.except, string(k)+taken)
				}
			}
		}
	}
	return nil
}

// mayMeet reports whether two patterns may match the same text. It errs on the side of yes.
func mayMeet(a, b string) bool {
	literal := func(s string) string {
		if i := strings.IndexAny(s, "*?"); i >= 0 {
			return s[:i]
		}
		return s
	}
	x, y := literal(a), literal(b)
	switch {
	case x == a && y == b:
		return a == b
	case x == a:
		return config.Glob(b).Match(a)
	case y == b:
		return config.Glob(a).Match(b)
	}
	return strings.HasPrefix(x, y) || strings.HasPrefix(y, x)
}

// covers reports whether a pattern matches all that another of the form text* matches.
func covers(a, b string) bool {
	text, open := strings.CutSuffix(b, "*")
	begin, all, ok := begins(config.Glob(a))
	return ok && (all && strings.HasPrefix(text, begin) || !open && a == b)
}

// has reports whether what follows the kind in an ARN is in the area, but for exceptions.
func (a *Area) has(rest string) bool {
	return slices.ContainsFunc(a.below, func(b string) bool { return config.Glob(b).Match(rest) })
}

// ofArea are the patterns of the area as resources of IAM, for a kind such as policy.
func ofArea(list []string, kind string) (out []string) {
	for _, b := range list {
		out = append(out, kind+b)
	}
	return out
}

// resources are the patterns of the principals, and of their policies.
func (a *Area) resources() (principals, policies []string) {
	for _, k := range a.Kinds {
		principals = append(principals, ofArea(a.below, string(k))...)
	}
	return principals, ofArea(a.below, "policy")
}

// Notes are what people should know of the documents for the area.
func (a *Area) Notes() (list []string) {
	if len(a.except) > 0 {
		list = append(list, "the delegation policy denies changing "+strings.Join(a.except, ", ")+", to which the rule does not apply, or another rule or an exemption may; the SCP does not spare it")
	}
	if len(a.left) > 0 {
		list = append(list, "left out, because a policy cannot tell it from others: "+strings.Join(a.left, ", "))
	}
	return list
}
