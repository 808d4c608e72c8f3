package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"runtime/debug"
	"strings"
)

// The parts of a CycloneDX document that are used here.
// https://cyclonedx.org/docs/1.5/json/
type bom struct {
	Format       string       `json:"bomFormat"`
	Spec         string       `json:"specVersion"`
	Version      int          `json:"version"`
	Metadata     metadata     `json:"metadata"`
	Components   []component  `json:"components"`
	Dependencies []dependency `json:"dependencies"`
}

type metadata struct {
	Component component `json:"component"`
}

type component struct {
	Type       string     `json:"type"`
	Ref        string     `json:"bom-ref"`
	Name       string     `json:"name"`
	Version    string     `json:"version,omitempty"`
	PURL       string     `json:"purl,omitempty"`
	Hashes     []hash     `json:"hashes,omitempty"`
	Properties []property `json:"properties,omitempty"`
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type dependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn,omitempty"`
}

// writeSBOM lists what a binary is built of, as the Go linker wrote it into the binary
// itself: the modules, their versions and go.sum's checksums, and the standard library.
// There is no time and no serial number in it, so that it too can be made again.
func writeSBOM(path, name, arch string, binary []byte, info *debug.BuildInfo) error {
	sum := sha256.Sum256(binary)
	main := component{
		Type: "application", Ref: name + "-" + arch, Name: name,
		Hashes:     []hash{{"SHA-256", hex.EncodeToString(sum[:])}},
		Properties: []property{{"go:main", info.Path}},
	}
	for _, s := range info.Settings {
		if s.Key == "GOARCH" || s.Key == "GOOS" || s.Key == "CGO_ENABLED" {
			main.Properties = append(main.Properties, property{"go:build:" + s.Key, s.Value})
		}
	}
	std := purl("std", strings.TrimPrefix(info.GoVersion, "go"))
	list := []component{{Type: "library", Ref: std, Name: "std", Version: info.GoVersion, PURL: std}}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		p := purl(m.Path, m.Version)
		list = append(list, component{
			Type: "library", Ref: p, Name: m.Path, Version: m.Version, PURL: p,
			Properties: []property{{"go:sum", m.Sum}},
		})
	}
	refs := make([]string, len(list))
	for i, c := range list {
		refs[i] = c.Ref
	}
	text, err := json.MarshalIndent(bom{
		Format: "CycloneDX", Spec: "1.5", Version: 1,
		Metadata: metadata{main}, Components: list,
		Dependencies: []dependency{{main.Ref, refs}},
	}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

// purl is a package URL, in which a + of a version is escaped.
// https://github.com/package-url/purl-spec
func purl(path, version string) string {
	return "pkg:golang/" + path + "@" + strings.ReplaceAll(version, "+", "%2B")
}
