package iam

import (
	"encoding/json"
	"net/url"
	"strings"
	"unicode"
)

// Limits on policy documents, in characters that are not white space.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
const (
	maxManagedSize = 6144
	maxTrustSize   = 2048
)

// maxInlineSize is the limit on the total size of an entity's inline policies.
var maxInlineSize = map[Kind]int{KindUser: 2048, KindRole: 10240, KindGroup: 5120}

// checkDocument validates a document. JSON with a Statement is enough here.
func checkDocument(document *string) error {
	if document == nil || *document == "" {
		return validationError("1 validation error detected: Value null at 'policyDocument' failed to satisfy constraint: Member must not be null")
	}
	var policy struct{ Statement json.RawMessage }
	if err := json.Unmarshal([]byte(*document), &policy); err != nil {
		return malformed("This policy contains invalid Json")
	}
	switch s := strings.TrimSpace(string(policy.Statement)); {
	case s == "" || s == "null" || s == "[]":
		return malformed("Syntax errors in policy.")
	case s[0] != '{' && s[0] != '[':
		return malformed("Syntax errors in policy.")
	}
	return nil
}

// size counts the characters that count for the quotas.
func size(document string) int {
	n := 0
	for _, c := range document {
		if !unicode.IsSpace(c) {
			n++
		}
	}
	return n
}

// encode percent-encodes a document as in IAM's answers (RFC 3986, a space is %20).
func encode(document string) *string {
	s := strings.ReplaceAll(url.QueryEscape(document), "+", "%20")
	return &s
}

// decode reverses encode. It leaves a plain document unchanged.
func decode(document string) string {
	if strings.HasPrefix(strings.TrimSpace(document), "{") {
		return document
	}
	if plain, err := url.PathUnescape(document); err == nil {
		return plain
	}
	return document
}
