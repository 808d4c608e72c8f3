package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ringfence/ringfence/internal/input"
)

// readInput reads a whole file in any supported encoding, or standard input if path is -.
func readInput(path string, stdin io.Reader) ([]byte, error) {
	in, err := input.Open(path, stdin)
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }() // opened for reading only
	text, err := io.ReadAll(in)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("the file is truncated")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return text, nil
}

// documentFields are the fields in which AWS CLI output has a policy document, or an object
// with one.
var documentFields = []string{
	"PolicyVersion", "Document", "PolicyDocument", "AssumeRolePolicyDocument", "Role", "Policy", "Content", "Attributes", "ResourcePolicy",
}

// documentIn returns the policy document in AWS CLI output: get-policy-version,
// get-role-policy, get-bucket-policy, describe-policy, or a policy of
// get-account-authorization-details. It returns any other text unchanged.
func documentIn(text []byte) []byte {
	var whole map[string]json.RawMessage
	if json.Unmarshal(text, &whole) != nil {
		return text
	}
	if _, is := whole["Statement"]; is {
		return text
	}
	for _, name := range documentFields {
		if raw, ok := whole[name]; ok {
			return documentIn(documentText(raw))
		}
	}
	var versions []struct {
		IsDefaultVersion bool
		Document         json.RawMessage
	}
	if json.Unmarshal(whole["PolicyVersionList"], &versions) == nil {
		for _, v := range versions {
			if v.IsDefaultVersion {
				return documentIn(documentText(v.Document))
			}
		}
	}
	return text
}

// truncated says in the error that the file is truncated, if that is why it cannot be
// parsed. A JSON string that contains a newline was cut off.
func truncated(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || err != nil && strings.Contains(err.Error(), `invalid character '\n' in string literal`) {
		return fmt.Errorf("the file is truncated: %w", err)
	}
	return err
}
