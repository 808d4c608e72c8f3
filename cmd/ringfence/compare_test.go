package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCompareExitCodes(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const narrow = `{"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}`
	const wide = `{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}`
	const other = `{"Statement": {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}}`
	const opaque = `{"Statement": {"Effect": "Allow", "Action": "sqs:*", "Resource": "*", "Condition": {"Resembles": {"a": "b"}}}}`
	const denies = `{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}, {"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}]}`
	narrowFile, wideFile, otherFile, opaqueFile, deniesFile := file("narrow", narrow), file("wide", wide), file("other", other), file("opaque", opaque), file("denies", denies)
	good := `{"a":` + narrow + `,"b":` + wide + "}\n"
	for _, c := range []struct {
		args  []string
		stdin string
		code  int
	}{
		{args: []string{narrowFile, narrowFile}, code: exitNothing},
		{args: []string{narrowFile, wideFile}, code: exitNothing},
		{args: []string{wideFile, narrowFile}, code: exitFound},
		{args: []string{wideFile, otherFile}, code: exitFound},
		{args: []string{otherFile, opaqueFile}, code: exitFound},
		{args: []string{deniesFile, wideFile}, code: exitNothing},
		{args: []string{wideFile, deniesFile}, code: exitFound},
		{args: []string{narrowFile, deniesFile}, code: exitFound},
		{args: []string{narrowFile, dir}, code: exitBad},
		{args: []string{narrowFile}, code: exitBad},
		{args: []string{"--batch"}, stdin: good + good, code: exitNothing},
		{args: []string{"--batch"}, stdin: "", code: exitNothing},
		{args: []string{"--batch"}, stdin: good + `{"a":` + wide + `,"b":` + narrow + "}", code: exitFound},
		{args: []string{"--batch"}, stdin: good + `{"a":` + wide + `,"b":` + denies + "}", code: exitFound},
		{args: []string{"--batch"}, stdin: good + "x\n" + good, code: exitBad},
		{args: []string{"--batch"}, stdin: `{"a":` + wide + `,"b":` + narrow + "}\nx", code: exitBad},
		{args: []string{"--batch", filepath.Join(dir, "none")}, code: exitBad},
	} {
		var out, errs bytes.Buffer
		cmd := root()
		cmd.SetArgs(append([]string{"compare"}, c.args...))
		cmd.SetIn(strings.NewReader(c.stdin))
		cmd.SetOut(&out)
		cmd.SetErr(&errs)
		if code := run(t.Context(), cmd); code != c.code {
			t.Errorf("%q: exit code %d, want %d\n%s%s", c.args, code, c.code, out.String(), errs.String())
		}
		if want := strings.Count(strings.TrimSpace(c.stdin), "\n") + 1; c.stdin != "" && strings.Count(out.String(), "\n") != want {
			t.Errorf("%q: not one result per line: %s", c.args, out.String())
		}
	}
}
