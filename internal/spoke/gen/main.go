// Command gen prints the template of a member account with the approved boundaries of a
// configuration:
//
//	go run ./internal/spoke/gen infra/org/spoke.yaml config/ringfence.yaml
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/spoke"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: gen TEMPLATE CONFIGURATION")
		os.Exit(2)
	}
	text, err := filled(os.Args[1], os.Args[2])
	if err == nil {
		_, err = os.Stdout.WriteString(text)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "spoke:", err)
		os.Exit(1)
	}
}

// filled returns the template with the boundaries of the configuration. Documents are relative to
// the configuration's folder.
func filled(template, configuration string) (string, error) {
	text, err := os.ReadFile(template)
	if err != nil {
		return "", err
	}
	data, err := os.ReadFile(configuration)
	if err != nil {
		return "", err
	}
	root, err := os.OpenRoot(filepath.Dir(configuration))
	if err != nil {
		return "", err
	}
	f, err := config.Load(configuration, data, root.ReadFile)
	if err != nil {
		return "", err
	}
	boundaries, attachable := f.Unexpanded()
	return spoke.Fill(string(text), boundaries, attachable)
}
