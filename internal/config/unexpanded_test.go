package config

import (
	"slices"
	"testing"
)

// Unexpanded has the boundaries that any account may need, with the placeholders as they are
// written, also where a rule is for other accounts.
func TestUnexpanded(t *testing.T) {
	const document = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:${partition}:s3:::x-${account}"}}`
	f, err := Load("ringfence.yaml", []byte(`
version: 1
mode: alert
boundaries:
  unused: {arn: "arn:${partition}:iam::${account}:policy/unused", document: d.json}
  pinned: {arn: "arn:aws:iam::123456789012:policy/pinned", document: d.json}
  elsewhere: {arn: "arn:${partition}:iam::${account}:policy/path/elsewhere", document: d.json}
  managed: {arn: "arn:aws:iam::aws:policy/PowerUserAccess"}
rules:
  - {name: none, match: {names: ["aws*"]}, boundary: none, reason: not ours, owner: platform@example.com}
  - {name: other, match: {accounts: ["210987654321"], names: ["x"]}, boundary: elsewhere}
  - {name: third, match: {names: ["y"]}, boundary: managed, onDrift: quarantine}
  - {name: rest, match: {names: ["*"]}, boundary: pinned}
`), func(string) ([]byte, error) { return []byte(document), nil })
	if err != nil {
		t.Fatal(err)
	}
	boundaries, attachable := f.Unexpanded()
	want := []string{
		"arn:${partition}:iam::${account}:policy/pinned", "arn:${partition}:iam::${account}:policy/path/elsewhere",
		"arn:${partition}:iam::aws:policy/PowerUserAccess", "arn:${partition}:iam::aws:policy/AWSDenyAll",
	}
	if !slices.Equal(attachable, want) {
		t.Errorf("attachable: %v, want %v", attachable, want)
	}
	var arns []string
	for _, b := range boundaries {
		arns = append(arns, b.ARN)
		if approved := b.Name != "managed"; approved != (b.Policy != nil) || approved && string(b.Document) != document {
			t.Errorf("%s: %s", b.Name, b.Document)
		}
	}
	if !slices.Equal(arns, want[:3]) {
		t.Errorf("boundaries: %v", arns)
	}
}
