package config

import (
	"fmt"
	"strings"

	"github.com/ringfence/ringfence/internal/principal"
)

// template is an ARN in which ${partition} and ${account} are those of the principal. It is a list of
// alternating literals and variables.
type template []segment

type segment struct {
	literal  string
	variable variable
}

type variable byte

const (
	literal variable = iota
	partition
	account
)

// The variables, as they are written.
const (
	partitionVar = "${partition}"
	accountVar   = "${account}"
)

var variables = lazy(`\$(\{[^}]*\}?)?`)

// parseTemplate splits text at its variables and refuses unknown ones.
func parseTemplate(text string) (template, error) {
	var t template
	add := func(lit string) {
		if lit != "" {
			t = append(t, segment{literal: lit})
		}
	}
	at := 0
	for _, m := range variables().FindAllStringIndex(text, -1) {
		add(text[at:m[0]])
		switch v := text[m[0]:m[1]]; v {
		case partitionVar:
			t = append(t, segment{variable: partition})
		case accountVar:
			t = append(t, segment{variable: account})
		default:
			return nil, fmt.Errorf("%q has the unknown variable %s (only %s and %s exist)", text, v, partitionVar, accountVar)
		}
		at = m[1]
	}
	add(text[at:])
	return t, nil
}

// value returns the text of one segment for one account.
func (s segment) value(inPartition, inAccount string) string {
	switch s.variable {
	case partition:
		return inPartition
	case account:
		return inAccount
	}
	return s.literal
}

// expand returns the ARN for one account.
func (t template) expand(inPartition, inAccount string) string {
	// The usual shape, arn:P:iam::A:rest, costs one allocation.
	if len(t) == 5 {
		return t[0].value(inPartition, inAccount) + t[1].value(inPartition, inAccount) +
			t[2].value(inPartition, inAccount) + t[3].value(inPartition, inAccount) + t[4].value(inPartition, inAccount)
	}
	var b strings.Builder
	for _, s := range t {
		b.WriteString(s.value(inPartition, inAccount))
	}
	return b.String()
}

// is reports whether arn equals the expanded ARN, without allocating it.
func (t template) is(arn, inPartition, inAccount string) bool {
	for _, s := range t {
		var ok bool
		if arn, ok = strings.CutPrefix(arn, s.value(inPartition, inAccount)); !ok {
			return false
		}
	}
	return arn == ""
}

// names reports whether arn names the same policy: IAM does not distinguish names by case.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
func (t template) names(arn string, p principal.Policy) bool {
	return t.is(arn, p.Partition, p.Account) || strings.EqualFold(t.expand(p.Partition, p.Account), arn)
}
