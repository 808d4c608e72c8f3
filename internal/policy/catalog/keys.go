package catalog

import (
	"compress/flate"
	_ "embed" // for the list
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
)

// packedKeys are the condition keys: lines of text, compressed. A line with + begins a
// service; the lines with @ after it are its keys, each with a space and the marks of its type
// unless that is String, and the others the actions that have any besides the global ones:
// name, a space, and the numbers of the keys. See gen.
//
//go:embed keys.flate
var packedKeys string

type serviceKeys struct {
	keys    []string
	actions map[string]string // numbers, by the name in lower case
}

// keyIndex is the unpacked list.
type keyIndex struct {
	services map[string]serviceKeys
	prefixes map[string][]string // keys, in order, by what is before their colon
}

var loadKeys = sync.OnceValue(func() *keyIndex {
	x := &keyIndex{services: map[string]serviceKeys{}, prefixes: map[string][]string{"aws": globalNames()}}
	for block := range strings.SplitSeq(strings.TrimPrefix(unpackKeys(), "+"), "\n+") {
		name, lines, _ := strings.Cut(block, "\n")
		s := serviceKeys{actions: map[string]string{}}
		for line := range strings.SplitSeq(lines, "\n") {
			if key, ok := strings.CutPrefix(line, "@"); ok {
				key, _, _ = strings.Cut(key, " ")
				s.keys = append(s.keys, key)
				if prefix, _, _ := strings.Cut(strings.ToLower(key), ":"); prefix != "aws" && !slices.Contains(x.prefixes[prefix], key) {
					x.prefixes[prefix] = append(x.prefixes[prefix], key)
				}
			} else if action, numbers, ok := strings.Cut(line, " "); ok {
				s.actions[strings.ToLower(action)] = numbers
			}
		}
		x.services[name] = s
	}
	return x
})

func unpackKeys() string {
	text, err := io.ReadAll(flate.NewReader(strings.NewReader(packedKeys)))
	if err != nil {
		panic(fmt.Sprintf("the embedded list of condition keys is damaged: %v", err))
	}
	return string(text)
}

// Keys are the condition keys that the action has besides the global ones, as AWS documents
// them, such as iam:PermissionsBoundary or aws:RequestTag/${TagKey}.
func (a Action) Keys() []string {
	s := loadKeys().services[a.Service]
	numbers := s.actions[strings.ToLower(a.Name)]
	if numbers == "" {
		return nil
	}
	var list []string
	for number := range strings.SplitSeq(numbers, ",") {
		list = append(list, s.keys[decimal(number)])
	}
	return list
}

// HasKey reports whether the action has a condition key, in any case.
func (a Action) HasKey(key string) bool {
	return slices.ContainsFunc(a.Keys(), func(k string) bool { return strings.EqualFold(k, key) })
}

// KnownKey reports whether a condition key is one that AWS documents, for requests of any
// service. A key that ends in a name of the caller's own, such as a tag's, is known by what
// comes before it.
func KnownKey(key string) bool {
	prefix, _, ok := strings.Cut(key, ":")
	return ok && (federated(strings.ToLower(prefix)) || slices.ContainsFunc(KeysOf(prefix), func(k string) bool { return sameKey(k, key) }))
}

// KeysOf are the condition keys that begin with a prefix and a colon; aws gives the global
// ones.
func KeysOf(prefix string) []string { return loadKeys().prefixes[strings.ToLower(prefix)] }

// sameKey reports whether a key is the documented one, whose variable parts, as ${TagKey},
// stand for any text.
func sameKey(documented, key string) bool {
	before, after, ok := strings.Cut(documented, "${")
	if !ok {
		return strings.EqualFold(documented, key)
	}
	if len(key) <= len(before) || !strings.EqualFold(key[:len(before)], before) {
		return false
	}
	_, after, _ = strings.Cut(after, "}")
	return strings.Contains(after, "${") || len(key) >= len(after) && strings.EqualFold(key[len(key)-len(after):], after)
}

// federated reports whether a prefix may be that of an identity provider, whose keys AWS
// does not list: a domain's name, or one of those that SAML and Amazon's own login have.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
func federated(prefix string) bool {
	return strings.Contains(prefix, ".") || prefix == "saml" || prefix == "identitycenter"
}
