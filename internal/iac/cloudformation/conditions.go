package cloudformation

import (
	"go.yaml.in/yaml/v3"
)

// truth is the value of a condition.
type truth int

const (
	maybe truth = iota
	no
	yes
)

// condition evaluates a condition by its name. If it is not known, why says why.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
func (t *template) condition(name string) (is truth, why string) {
	n, ok := t.conditions[name]
	switch {
	case !ok:
		return maybe, "the template has no condition " + name
	case t.visiting[name]:
		return maybe, "the condition " + name + " refers to itself"
	}
	t.visiting[name] = true
	defer delete(t.visiting, name)
	return t.truth(n)
}

// truth evaluates the expression of a condition.
func (t *template) truth(n *yaml.Node) (is truth, why string) {
	t.steps++
	if t.steps > maxSteps || t.depth > maxDepth {
		return maybe, tooLarge
	}
	t.depth++
	defer func() { t.depth-- }()
	name, arg, ok := intrinsic(n)
	if !ok {
		return maybe, "a condition is not a function of conditions"
	}
	switch name {
	case "Condition":
		s, _ := scalar(arg)
		return t.condition(s)
	case "Fn::Equals":
		return t.equals(arg)
	case "Fn::Not":
		items := itemsOf(arg)
		if len(items) != 1 {
			return maybe, "Fn::Not does not have one condition"
		}
		is, why = t.truth(items[0])
		return map[truth]truth{yes: no, no: yes, maybe: maybe}[is], why
	case "Fn::And":
		return t.all(itemsOf(arg), no, yes)
	case "Fn::Or":
		return t.all(itemsOf(arg), yes, no)
	}
	return maybe, name + " is not evaluated in conditions"
}

// all evaluates Fn::And and Fn::Or: one condition that is decisive decides, and otherwise the result
// is the other value.
func (t *template) all(items []*yaml.Node, decisive, otherwise truth) (is truth, why string) {
	is = otherwise
	for _, item := range items {
		switch one, because := t.truth(item); one {
		case decisive:
			return decisive, ""
		case maybe:
			if is = maybe; why == "" {
				why = because
			}
		}
	}
	return is, why
}

func (t *template) equals(arg *yaml.Node) (truth, string) {
	items := itemsOf(arg)
	if len(items) != 2 {
		return maybe, "Fn::Equals does not have two values"
	}
	a, b := t.certain(items[0]), t.certain(items[1])
	x, known := a.Value()
	y, known2 := b.Value()
	switch {
	case known && known2 && x == y:
		return yes, ""
	case known && known2:
		return no, ""
	case known && !b.MayBe(x), known2 && !a.MayBe(y):
		return no, ""
	case !known:
		return maybe, a.Why
	}
	return maybe, b.Why
}
