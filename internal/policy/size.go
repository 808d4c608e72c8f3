package policy

import (
	"fmt"
	"unicode"
)

// MaxSize is how many characters, white space not counted, IAM accepts in a managed
// policy, and so in a permissions boundary. Other kinds of policy have other limits.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
const MaxSize = 6144

// Size counts the characters of a text as IAM does: without white space.
func Size(text string) int {
	n := 0
	for _, r := range text {
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}

// CheckSize compares the text of a managed policy, plain or percent-encoded, with
// [MaxSize]. The error is an [*Error] that says where the limit is passed.
func CheckSize(data []byte) error {
	text, err := Decode(string(data))
	if err != nil {
		return err
	}
	n, at := 0, Pos{1, 1}
	for _, r := range text {
		if !unicode.IsSpace(r) {
			if n++; n > MaxSize {
				return &Error{at, fmt.Sprintf(
					"here the document passes the %d characters (white space not counted) that a managed policy may have; it has %d",
					MaxSize, Size(text))}
			}
		}
		if at.Column += int32(len(string(r))); r == '\n' {
			at.Line, at.Column = at.Line+1, 1
		}
	}
	return nil
}
