package lang

import "strings"

// Guess makes strings of a glob that read well. Whether they match is not certain.
func Guess(g *Glob) []string {
	if g.begins("arn:") {
		return GuessARN(g, nil)
	}
	return []string{g.fill(func(int, bool) string { return "example" }), g.fill(func(int, bool) string { return "" })}
}

// GuessARN makes ARNs of a glob that read well: with a region and an account where the glob leaves
// these open. Where it leaves all open the types are used. Whether they match is not certain.
func GuessARN(g *Glob, types []*Glob) []string {
	if g.Universal() {
		out := []string{}
		for _, t := range types {
			out = append(out, GuessARN(t, nil)...)
		}
		if len(types) == 0 {
			out = append(out, "arn:aws:s3:::example/example", "arn:aws:iam::123456789012:role/example")
		}
		return out
	}
	if !g.begins("arn:") {
		return nil
	}
	out := make([]string, 0, 3+len(elsewhere))
	add := func(in site, tail string) {
		s := g.fill(func(field int, whole bool) string {
			switch {
			case field >= 5:
				return tail
			case !whole:
				return ""
			case field == 1:
				return in.partition
			case field == 2:
				return "s3"
			case field == 3:
				return in.region
			default:
				return in.account
			}
		})
		// A * at the end of an early field stands for the rest too.
		for n := strings.Count(s, ":"); n < 5; n++ {
			s += ":"
			if n == 4 {
				s += "example"
			}
		}
		out = append(out, s)
	}
	for _, tail := range []string{"example", "", "other"} {
		add(here, tail)
	}
	for _, in := range elsewhere {
		add(in, "example")
	}
	return out
}

// site is where a resource is.
type site struct{ partition, region, account string }

// here comes first, and elsewhere is for what cannot be here.
var (
	here      = site{"aws", "us-east-1", "123456789012"}
	elsewhere = []site{
		{"aws", "eu-west-1", "123456789012"}, {"aws", "us-east-1", "210987654321"},
		{"aws-cn", "cn-north-1", "123456789012"}, {"aws-us-gov", "us-gov-west-1", "123456789012"},
	}
)

// begins reports whether the glob begins with the text.
func (g *Glob) begins(s string) bool {
	if len(g.symbols) < len(s) {
		return false
	}
	for i := range s {
		if g.symbols[i] != symbol(s[i]) {
			return false
		}
	}
	return true
}

// fill is the glob with text for its runs, according to the colon-separated field that the run stands
// in and to whether it is the whole field.
func (g *Glob) fill(run func(field int, whole bool) string) string {
	var b strings.Builder
	field, arn := 0, g.begins("arn:")
	for i, s := range g.symbols {
		switch {
		case s.isRun():
			whole := (i == 0 || g.symbols[i-1] == ':') && (i+1 == len(g.symbols) || g.symbols[i+1] == ':')
			b.WriteString(run(field, whole))
		case !s.isCharacter() && arn && (field == 3 || field == 4):
			b.WriteByte('1') // of a region or an account
		case !s.isCharacter():
			b.WriteByte('x')
		default:
			if s == ':' {
				field++
			}
			b.WriteRune(rune(s))
		}
	}
	return b.String()
}
