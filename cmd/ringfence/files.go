package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ringfence/ringfence/internal/input"
)

// readInput reads a whole file in any of the forms that people have, or standard input for -.
func readInput(path string, stdin io.Reader) ([]byte, error) {
	in, err := input.Open(path, stdin)
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }() // nothing was written
	text, err := io.ReadAll(in)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("it ends in the middle")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return text, nil
}

// holders are the fields in which the AWS CLI prints a policy document, or what has one.
var holders = []string{
	"PolicyVersion", "Document", "PolicyDocument", "AssumeRolePolicyDocument", "Role", "Policy", "Content", "Attributes", "ResourcePolicy",
}

// documentIn is the policy document in what the AWS CLI prints: get-policy-version,
// get-role-policy, get-bucket-policy, describe-policy, a policy of
// get-account-authorization-details. Any other text is given back as it is.
func documentIn(text []byte) []byte {
	var whole map[string]json.RawMessage
	if json.Unmarshal(text, &whole) != nil {
		return text
	}
	if _, is := whole["Statement"]; is {
		return text
	}
	for _, name := range holders {
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

// cut says that a file ends in the middle, where that is why it cannot be read: within a
// value, or within a string, which no line ends.
func cut(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || err != nil && strings.Contains(err.Error(), `invalid character '\n' in string literal`) {
		return fmt.Errorf("it ends in the middle: %w", err)
	}
	return err
}
