package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/spf13/cobra"

	"github.com/ringfence/ringfence/internal/audit"
	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/live"
)

// client returns an IAM client with the credentials that the AWS CLI would use. IAM throttles
// busy accounts, and is global within a partition.
func (f *auditFlags) client(ctx context.Context) (*iam.Client, error) {
	loaded, err := awsConfig(ctx, f.profile, f.region, "audit a file with --state")
	if err != nil {
		return nil, err
	}
	return iam.NewFromConfig(loaded), nil
}

// readLive reads the account of the credentials. If it is interrupted, or IAM refuses a later
// page, the report covers what was read.
func (f *auditFlags) readLive(ctx context.Context, cmd *cobra.Command, read *authdetails.Reader) error {
	client, err := f.client(ctx)
	if err != nil {
		return err
	}
	progress := newProgress(cmd.ErrOrStderr(), "reading the account", 0)
	defer progress.stop()
	in, out := io.Pipe()
	var failed error
	entities := 0
	go func() {
		failed = live.Account(ctx, client, out, func(n int) { progress.add(n - entities); entities = n })
		if failed != nil && entities > 0 {
			// The unfinished JSON keeps what was read, and marks it as partial.
			_, _ = io.WriteString(out, "{")
			_ = out.Close()
			return
		}
		_ = out.CloseWithError(failed)
	}()
	err = read.Read("live", in)
	_ = in.Close()
	if failed != nil && (err != nil || entities == 0) {
		return failed
	}
	if failed != nil {
		fmt.Fprintln(cmd.ErrOrStderr(), "ringfence:", failed)
	}
	return err
}

// used reads when services were last used. It returns nil without --usage.
func (f *auditFlags) used(ctx context.Context, cmd *cobra.Command, inputs []audit.Input) (audit.Usage, error) {
	if f.usage == "" {
		return nil, nil
	}
	if f.usage != "live" {
		in, err := openInput(ctx, f.usage, cmd.InOrStdin(), cmd.ErrOrStderr())
		if err != nil {
			return nil, fmt.Errorf("reading --usage: %w", err)
		}
		defer in.close()
		u, err := audit.ReadUsage(in)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.usage, err)
		}
		return u, nil
	}
	client, err := f.client(ctx)
	if err != nil {
		return nil, err
	}
	var arns []string
	for _, in := range inputs {
		for i := range in.Details.Principals {
			if p := &in.Details.Principals[i]; p.Boundary != "" {
				arns = append(arns, p.ARN())
			}
		}
	}
	progress := newProgress(cmd.ErrOrStderr(), "reading when services were last used", len(arns))
	defer progress.stop()
	u := audit.Usage{}
	err = live.Usage(ctx, client, arns, func(arn string, uses []live.Use) {
		services := make([]audit.ServiceUse, len(uses))
		for i, use := range uses {
			services[i] = audit.ServiceUse{ServiceNamespace: use.Service, LastAuthenticated: use.Last}
		}
		u.Add(arn, services)
		progress.add(1)
	})
	if err != nil && (ctx.Err() != nil || len(u) == 0) {
		return nil, errors.Join(errors.New("reading --usage live"), err)
	}
	if err != nil {
		fmt.Fprintln(cmd.ErrOrStderr(), "ringfence: could not read when some principals last used services:", err)
	}
	return u, nil
}
