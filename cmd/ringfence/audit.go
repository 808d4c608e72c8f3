package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringfence/ringfence/internal/audit"
	"github.com/ringfence/ringfence/internal/fence"
)

// auditFlags are the flags of audit.
type auditFlags struct {
	config, boundary, document string
	states                     []string
	json                       bool
}

func auditCommand() *cobra.Command {
	var f auditFlags
	cmd := &cobra.Command{
		Use:  "audit [flags]",
		Args: cobra.NoArgs,
		RunE: f.run,
	}
	flags := cmd.Flags()
	flags.StringVar(&f.config, "config", "", "configuration file (ringfence.yaml)")
	flags.StringVar(&f.boundary, "boundary", "", "ARN of the one boundary that everybody must carry, instead of --config")
	flags.StringVar(&f.document, "boundary-document", "", "approved document of --boundary, a JSON file")
	flags.StringArrayVar(&f.states, "state", nil, "output of aws iam get-account-authorization-details; may be given several times")
	flags.BoolVar(&f.json, "json", false, "print the whole report as JSON")
	cmd.MarkFlagsMutuallyExclusive("config", "boundary")
	return cmd
}

func (f *auditFlags) run(cmd *cobra.Command, _ []string) error {
	rules, err := f.fence()
	if err != nil {
		return err
	}
	var inputs []audit.Input
	for _, path := range f.states {
		d, err := readState(path)
		if err != nil {
			return err
		}
		inputs = append(inputs, audit.Input{Details: d, Sources: []string{path}})
	}
	a := audit.Auditor{Config: rules, Now: time.Now()}
	r := a.Run(context.WithoutCancel(cmd.Context()), inputs)
	if f.json {
		enc := json.NewEncoder(cmd.OutOrStdout())
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%+v\n", r.Summary)
	return nil
}

// fence reads what is required.
func (f *auditFlags) fence() (*fence.Fence, error) {
	if f.config != "" {
		return loadFence(f.config)
	}
	if f.boundary == "" {
		return nil, errors.New("give --config, or --boundary")
	}
	var document []byte
	if f.document != "" {
		var err error
		if document, err = os.ReadFile(f.document); err != nil {
			return nil, err
		}
	}
	return fence.Single(f.boundary, document, fence.Enforce)
}
