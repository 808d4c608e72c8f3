package config

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// The checks below refuse globs that can never match: such a rule would silently guard no principal.

// IAM's limits and alphabets.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
const (
	accountLength = 12
	maxName       = 64
	maxPath       = 512
	maxTagKey     = 128
	maxTagValue   = 256
)

var (
	accountGlobs = lazy(`^[0-9*?]+$`)
	nameGlobs    = lazy(`^[A-Za-z0-9+=,.@_*?-]+$`)
	pathGlobs    = lazy(`^[\x21-\x7e]+$`)
	tagText      = lazy(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)
)

func accountGlob(g Glob) error {
	switch {
	case !accountGlobs().MatchString(string(g)):
		return fmt.Errorf("%q can match no account id (digits, * and ?)", g)
	case g.shortest() > accountLength, !g.hasStar() && g.shortest() < accountLength:
		return fmt.Errorf("%q can match no account id: those have %d digits", g, accountLength)
	}
	return doubled(g)
}

func pathGlob(g Glob) error {
	switch {
	case strings.ContainsAny(string(g), `[]{}\`):
		return notGlob(g)
	case !pathGlobs().MatchString(string(g)):
		return fmt.Errorf("%q has a character that IAM paths cannot have", g)
	case !strings.ContainsAny(string(g[:1]), "/*?"):
		return fmt.Errorf("%q can match no path: paths begin with /", g)
	case !strings.ContainsAny(string(g[len(g)-1:]), "/*?"):
		return fmt.Errorf("%q can match no path: paths end with / (%q is this path, %q also all paths below it)", g, g+"/", g+"/*")
	case g.shortest() > maxPath:
		return fmt.Errorf("%q can match no path: those have at most %d characters", g, maxPath)
	}
	return doubled(g)
}

func nameGlob(g Glob) error {
	switch plain := g.in(sampleAccount); {
	case strings.Contains(string(plain), "/"):
		return fmt.Errorf("%q can match no name: paths go under paths", g)
	case strings.ContainsAny(string(plain), `[]{}\`):
		return notGlob(g)
	case !nameGlobs().MatchString(string(plain)):
		return fmt.Errorf("%q has a character that IAM names cannot have", g)
	case plain.shortest() > maxName:
		return fmt.Errorf("%q can match no name: those have at most %d characters", g, maxName)
	}
	return doubled(g)
}

func tagGlob(g Glob) error {
	switch plain := strings.NewReplacer("*", "", "?", "").Replace(string(g)); {
	case strings.ContainsAny(plain, `[]{}\`):
		return notGlob(g)
	case !tagText().MatchString(plain):
		return fmt.Errorf("%q has a character that tags cannot have", g)
	case g.shortest() > maxTagValue:
		return fmt.Errorf("%q can match no tag: values have at most %d characters", g, maxTagValue)
	}
	return doubled(g)
}

func tagKey(key string) error {
	switch {
	case strings.ContainsAny(key, "*?"):
		return errors.New("the key of a tag cannot have a wildcard, only its value can")
	case key == "" || utf8.RuneCountInString(key) > maxTagKey || !tagText().MatchString(key):
		return fmt.Errorf("%q cannot be the key of a tag", key)
	}
	return nil
}

func equalTagKeys(a, b string) bool { return strings.EqualFold(a, b) }

func notGlob(g Glob) error {
	return fmt.Errorf("%q is not a glob: only * (any characters, including /) and ? (one) are special here", g)
}

// doubled refuses **. In other globs it matches slashes, and * does not.
func doubled(g Glob) error {
	if strings.Contains(string(g), "**") {
		return fmt.Errorf("%q: write one *; it matches any characters, including /", g)
	}
	return nil
}

// globs reads an optional list of globs.
func (f fields) globs(key string, check func(Glob) error) []Glob {
	v, ok := f.get(key)
	if !ok {
		return nil
	}
	return checked(v.words(), check, value.text)
}

// oneOrMoreGlobs reads a glob or a list of globs. An empty glob matches only the empty string.
func (v value) oneOrMoreGlobs(check func(Glob) error) []Glob {
	items := []value{v}
	if v.isList() {
		items = v.words()
	}
	return checked(items, check, value.anyText)
}

func checked(items []value, check func(Glob) error, read func(value) (string, bool)) (out []Glob) {
	for _, item := range items {
		s, ok := read(item)
		if !ok {
			continue
		}
		if err := check(Glob(s)); err != nil {
			item.problem("%v", err)
			continue
		}
		out = append(out, Glob(s))
	}
	return out
}
