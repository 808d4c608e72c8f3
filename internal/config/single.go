package config

import "fmt"

// SingleRule is the name of the one rule that [Single] makes.
const SingleRule = "everyone"

// Single returns the smallest configuration: every user and role must carry one boundary. As in the file,
// the account and partition of a customer managed policy are those of each principal. document is the
// approved document, or nil if there is none to compare the policy with.
func Single(arn string, document []byte, mode Mode) (*Config, error) {
	if _, err := ParseMode(string(mode)); err != nil {
		return nil, err
	}
	read, err := parseBoundaryARN(arn)
	if err != nil {
		return nil, fmt.Errorf("the required boundary: %w", err)
	}
	b := boundary{name: read.name, arn: read.template, managed: read.managed, approved: document != nil}
	if document != nil {
		if b.document, err = readApproved(document, read.managed); err != nil {
			return nil, fmt.Errorf("the document of the required boundary: %w", err)
		}
	}
	return &Config{
		boundaries: []boundary{b},
		rules: []Rule{{
			Name: SingleRule, Boundary: b.name, Match: Match{Accounts: []Glob{Any}},
			Mode: mode, Accept: AcceptNarrower, OnDrift: Reattach, OnIncomparable: Reattach,
		}},
	}, nil
}
