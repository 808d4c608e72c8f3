package main

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf16"
)

// Batches may be in UTF-16, as Windows PowerShell pipes and writes them.
func TestBatchesInUTF16(t *testing.T) {
	const document = `{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}`
	for command, line := range map[string]string{
		"compare": `{"a": ` + document + `, "b": ` + document + `}`,
		"explain": `{"request": {"principal": "arn:aws:iam::111122223333:user/u", "action": "s3:GetObject"}, "identityPolicies": [` + document + `]}`,
	} {
		var in, out bytes.Buffer
		for _, unit := range utf16.Encode([]rune("\ufeff" + line + "\r\n" + line)) {
			in.Write([]byte{byte(unit), byte(unit >> 8)})
		}
		cmd := root()
		cmd.SetArgs([]string{command, "--batch"})
		cmd.SetIn(&in)
		cmd.SetOut(&out)
		if code := run(t.Context(), cmd); code != exitNothing || strings.Count(out.String(), "\n") != 2 || strings.Contains(out.String(), "error") {
			t.Errorf("%s: exit code %d\n%s", command, code, out.String())
		}
	}
}
