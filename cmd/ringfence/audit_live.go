package main

import (
	"context"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/spf13/cobra"

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
