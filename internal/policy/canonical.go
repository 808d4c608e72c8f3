package policy

import (
	"cmp"
	"slices"
	"strings"
)

// Canonical is the document in the one spelling that stands for all spellings of it:
// with its version, without Id and Sids, which mean nothing, with all lists as lists,
// in order and without repetitions, with actions and condition keys in lower case and
// operators in AWS's spelling. Documents with the same canonical form mean the same;
// those with different ones may still mean the same, which package compare finds out.
func (d *Document) Canonical() *Document {
	out := &Document{Version: d.Version, Statements: make([]Statement, len(d.Statements))}
	if out.Version == "" {
		out.Version = Version2008
	}
	texts := make(map[*Statement]string, len(d.Statements))
	list := make([]*Statement, len(d.Statements))
	for i := range d.Statements {
		list[i] = canonicalStatement(&d.Statements[i])
		texts[list[i]] = list[i].String()
	}
	slices.SortFunc(list, func(a, b *Statement) int { return cmp.Compare(texts[a], texts[b]) })
	list = slices.CompactFunc(list, func(a, b *Statement) bool { return texts[a] == texts[b] })
	out.Statements = out.Statements[:0]
	for _, s := range list {
		out.Statements = append(out.Statements, *s)
	}
	return out
}

func canonicalStatement(s *Statement) *Statement {
	out := &Statement{Effect: s.Effect, Action: canonicalPatterns(s.Action, strings.ToLower)}
	if s.Resource.Present() {
		out.Resource = canonicalPatterns(s.Resource, func(s string) string { return s })
	}
	if s.Principal != nil {
		out.Principal = canonicalPrincipals(s.Principal)
	}
	if len(s.Conditions) > 0 {
		out.Conditions = canonicalConditions(s.Conditions)
	}
	return out
}

func canonicalPatterns(list Patterns, spell func(string) string) Patterns {
	values := make([]string, len(list.Values))
	for i, s := range list.Values {
		values[i] = spell(s)
	}
	values = sorted(values)
	if slices.Contains(values, "*") {
		values = []string{"*"}
	}
	return Patterns{Not: list.Not, Values: values}
}

// sorted gives the values in order and each once.
func sorted(values []string) []string {
	values = slices.Clone(values)
	slices.Sort(values)
	return slices.Compact(values)
}

func canonicalPrincipals(list *Principals) *Principals {
	out := &Principals{Not: list.Not, Star: list.Star}
	for _, block := range list.Blocks {
		values := sorted(block.Values)
		if slices.Contains(values, "*") {
			values = []string{"*"}
		}
		out.Blocks = append(out.Blocks, PrincipalBlock{Type: block.Type, Values: values})
	}
	if len(out.Blocks) == 1 && out.Blocks[0].Type == PrincipalAWS && out.Blocks[0].Values[0] == "*" {
		return &Principals{Not: list.Not, Star: true}
	}
	slices.SortFunc(out.Blocks, func(a, b PrincipalBlock) int { return cmp.Compare(a.Type, b.Type) })
	return out
}

func canonicalConditions(list []Condition) []Condition {
	out := make([]Condition, len(list))
	seen := make(map[[2]string]int, len(list))
	for i, c := range list {
		out[i] = Condition{
			Operator: ParseOperator(c.Operator.String()),
			Key:      strings.ToLower(c.Key),
			Values:   sorted(c.Values),
		}
		seen[[2]string{out[i].Operator.Name, out[i].Key}]++
	}
	// Conditions that differ only in case must both hold. JSON cannot have one key
	// twice, so they keep the spelling by which they differ.
	for i := range out {
		if seen[[2]string{out[i].Operator.Name, out[i].Key}] > 1 {
			out[i].Operator, out[i].Key = list[i].Operator, list[i].Key
		}
	}
	slices.SortFunc(out, func(a, b Condition) int {
		return cmp.Or(cmp.Compare(a.Operator.Name, b.Operator.Name), cmp.Compare(a.Key, b.Key))
	})
	return out
}
