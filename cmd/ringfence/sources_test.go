package main

import (
	"bytes"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringfence/ringfence/internal/logs"
	"github.com/ringfence/ringfence/internal/s3logs/s3stub"
)

// sourcesOf returns the sources that a command line selects.
func sourcesOf(t *testing.T, o *logs.Options, args ...string) (names []string, stderr string, err error) {
	t.Helper()
	var f sourceFlags
	var errors bytes.Buffer
	cmd := &cobra.Command{Args: cobra.ArbitraryArgs, SilenceErrors: true, SilenceUsage: true, RunE: func(cmd *cobra.Command, paths []string) error {
		sources, err := f.sources(cmd, paths, o, func(string, logs.Reason) {})
		for _, s := range sources {
			names = append(names, s.Name)
		}
		return err
	}}
	f.define(cmd.Flags())
	cmd.SetArgs(args)
	cmd.SetErr(&errors)
	err = cmd.ExecuteContext(t.Context())
	return names, errors.String(), err
}

// stubbed makes the SDK's default configuration use only a stub.
func stubbed(t *testing.T, b *s3stub.Bucket) {
	t.Helper()
	server := httptest.NewServer(b)
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "",
		"AWS_REGION": "", "AWS_DEFAULT_REGION": "", "AWS_PROFILE": "", "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_CONFIG_FILE": filepath.Join(t.TempDir(), "none"), "AWS_SHARED_CREDENTIALS_FILE": filepath.Join(t.TempDir(), "none"),
	} {
		t.Setenv(name, value)
	}
}

// Files and S3 locations can be given together, and regions that are not read are listed.
func TestSourcesOfFilesAndS3(t *testing.T) {
	const account = "AWSLogs/111122223333/CloudTrail/"
	stubbed(t, &s3stub.Bucket{Name: "trails", Region: "eu-central-1", Page: 2, Objects: map[string]s3stub.Object{
		account + "us-east-1/2026/01/01/a.json.gz": {}, account + "us-east-1/2026/01/05/b.json.gz": {},
		account + "eu-west-1/2026/01/01/c.json.gz": {}, account + "us-west-2/2026/01/01/d.json.gz": {},
	}})
	file := filepath.Join(t.TempDir(), "x.json")
	if err := os.WriteFile(file, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := logs.Options{Until: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)}
	names, stderr, err := sourcesOf(t, &o, "s3://trails/AWSLogs/", "--region", "eu-west-1", file)
	want := []string{file, "s3://trails/" + account + "eu-west-1/2026/01/01/c.json.gz", "s3://trails/" + account + "us-east-1/2026/01/01/a.json.gz"}
	if err != nil || !slices.Equal(names, want) || o.Parallel < 2 {
		t.Errorf("%v, %d at once: %v", names, o.Parallel, err)
	}
	if stderr != "ringfence: not read, because --region does not include them: the logs of us-west-2\n" {
		t.Error(stderr)
	}
	o = logs.Options{}
	if names, stderr, err := sourcesOf(t, &o, file); err != nil || !slices.Equal(names, []string{file}) || o.Parallel != 0 || stderr != "" {
		t.Errorf("%v, %d at once: %v, %s", names, o.Parallel, err, stderr)
	}
}

func TestSourcesThatAreNotThere(t *testing.T) {
	stubbed(t, &s3stub.Bucket{Name: "trails", Region: "us-east-1", Page: 2})
	for path, want := range map[string]string{
		"s3://":                "write s3://BUCKET/PREFIX",
		"s3://trails/AWSLogs/": "there is no object of this key",
		"s3://trials/":         "no bucket has this name",
		"none.json":            "none.json",
	} {
		if names, _, err := sourcesOf(t, &logs.Options{}, path); err == nil || !strings.Contains(err.Error(), want) || len(names) > 0 {
			t.Errorf("%s: %v, %v", path, names, err)
		}
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	if _, _, err := sourcesOf(t, &logs.Options{}, "s3://trails/"); err == nil || !strings.Contains(err.Error(), "copy the logs to this machine") {
		t.Error(err)
	}
}
