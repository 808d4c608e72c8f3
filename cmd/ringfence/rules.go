package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/ringfence/ringfence/internal/config"
)

// rulesFlags say what principals must carry: a configuration, or one boundary.
type rulesFlags struct {
	config, boundary, document string
	accountsFlag
}

func (f *rulesFlags) define(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.config, "config", "", "configuration file (default ringfence.yaml, if it exists)")
	flags.StringVar(&f.boundary, "boundary", "", "ARN of the boundary that every principal must carry, instead of --config")
	flags.StringVar(&f.document, "boundary-document", "", "approved document of --boundary, a JSON `FILE`")
	f.accountsFlag.define(flags)
	cmd.MarkFlagsMutuallyExclusive("config", "boundary")
}

// cfg reads the configuration.
func (f *rulesFlags) cfg(stdin io.Reader) (*config.Config, error) {
	if f.boundary == "" {
		if f.document != "" {
			return nil, errors.New("--boundary-document is the document of --boundary: give --boundary too, or only --config")
		}
		path := f.config
		if path == "" {
			path = defaultConfig
			if _, err := os.Stat(path); err != nil {
				return nil, errors.New("no configuration: give --config FILE or --boundary ARN (no " + defaultConfig + " in this directory)")
			}
		}
		c, err := loadFrom(path, stdin)
		if err != nil {
			return nil, err
		}
		return f.know(c, stdin)
	}
	var document []byte
	if f.document != "" {
		var err error
		if document, err = readInput(f.document, stdin); err != nil {
			return nil, fmt.Errorf("reading --boundary-document: %w", err)
		}
	}
	return config.Single(f.boundary, document, config.Enforce)
}
