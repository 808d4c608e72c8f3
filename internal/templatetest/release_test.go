package templatetest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// The template of a release takes each function from a zip of the release, and is otherwise the
// deployed one.
func TestReleaseTemplate(t *testing.T) {
	printed, err := exec.CommandContext(t.Context(), "../../infra/release/template").Output()
	if err != nil {
		t.Fatal(err)
	}
	release := string(printed)
	original, err := os.ReadFile(templateFile)
	if err != nil {
		t.Fatal(err)
	}
	var taken []string
	for _, key := range regexp.MustCompile(`Key: !Sub "\$\{ReleasePrefix\}([a-z]+)-\$\{Architecture\}\.zip"`).FindAllStringSubmatch(release, -1) {
		taken = append(taken, key[1])
	}
	var config struct {
		Builds   []struct{ ID, Main, Binary string }
		Archives []struct {
			IDs  []string
			Name string `yaml:"name_template"`
		}
	}
	data, err := os.ReadFile("../../.goreleaser.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, &config); err != nil {
		t.Fatal(err)
	}
	var zipped []string
	for _, b := range config.Builds {
		if b.Binary == "bootstrap" {
			zipped = append(zipped, b.ID)
			if b.Main != "./functions/"+b.ID {
				t.Errorf("%s is built from %s", b.ID, b.Main)
			}
		}
	}
	for _, a := range config.Archives {
		if id := a.IDs[0]; id != "ringfence" && a.Name != id+`-{{ if eq .Arch "amd64" }}x86_64{{ else }}arm64{{ end }}` {
			t.Errorf("the zip of %s is named %s", id, a.Name)
		}
	}
	folders, err := filepath.Glob("../../functions/*")
	if err != nil || len(folders) < 4 {
		t.Fatalf("%v, %v", folders, err)
	}
	slices.Sort(taken)
	slices.Sort(zipped)
	if len(zipped) != len(folders) || !slices.Equal(taken, zipped) {
		t.Errorf("the template takes %v, a release has %v, the functions are %v", taken, zipped, folders)
	}
	added := regexp.MustCompile(`(?s)  ReleaseBucket:\n.*?\n(  RequiredBoundaryArn:)`).ReplaceAllString(release, "$1")
	back := regexp.MustCompile(`CodeUri:\n +Bucket: !Ref ReleaseBucket\n +Key: [^\n]*`).ReplaceAllString(added, "CodeUri: .")
	if want := strings.ReplaceAll(string(original), "    Metadata: {BuildMethod: makefile}\n", ""); back != want {
		t.Error("the template of a release differs from template.yaml in more than the functions' source")
	}
}

// The functions of a release are built with the flags of a deployment.
func TestReleaseFlags(t *testing.T) {
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	config, err := os.ReadFile("../../.goreleaser.yaml")
	if err != nil {
		t.Fatal(err)
	}
	flags := regexp.MustCompile(`(?m)^LAMBDA_FLAGS := (-trimpath) (-buildvcs=false) -tags (\S+) -ldflags (".*")$`).FindSubmatch(makefile)
	if flags == nil {
		t.Fatal("the Makefile has no LAMBDA_FLAGS of the known form")
	}
	_, function, _ := strings.Cut(string(config), "- &function")
	for _, want := range []string{"flags: [" + string(flags[1]) + ", " + string(flags[2]) + "]", "tags: [" + string(flags[3]) + "]", "ldflags: [" + string(flags[4]) + "]"} {
		if !strings.Contains(function, want) {
			t.Errorf(".goreleaser.yaml lacks %s", want)
		}
	}
}
