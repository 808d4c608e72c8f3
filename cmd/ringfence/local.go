package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/localaws/wire"
	"github.com/ringfence/ringfence/internal/principal"
)

// localOptions are the flags of the localaws command.
type localOptions struct {
	listen             string
	state, situation   string
	account, partition string
	calls              bool
}

// localawsCommand serves the embedded AWS for the aws command and the SDKs.
func localawsCommand() *cobra.Command {
	var o localOptions
	cmd := &cobra.Command{
		Use:   "localaws",
		Short: "Serve a small AWS on this machine, to try things on",
		Long: `Serve IAM, STS, SNS, SQS, DynamoDB, EventBridge and CloudTrail's LookupEvents on this machine,
for the aws command (--endpoint-url) and the SDKs, until interrupted: of IAM all that changes
users, roles, groups and policies, of the others what Ringfence calls and what its stack is
made of. It is a tool for tests and demonstrations: it checks no signature, authorizes nobody
and forgets everything when it stops. An access key id of 12 digits stands for that account; what AssumeRole gives, for
the role's.

--state takes the output of aws iam get-account-authorization-details. --situation NAME holds
the account as events/NAME.json left it, and the table, the queues and the topic that the functions
need, so that sam local invoke can run them on it: see docs/local.md.`,
		Example: `  ringfence localaws --listen 127.0.0.1:4580 --state account.json
  export AWS_ACCESS_KEY_ID=123456789012 AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=us-east-1
  aws --endpoint-url http://127.0.0.1:4580 iam list-roles`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.serve(cmd)
		},
	}
	cmd.Flags().StringVar(&o.listen, "listen", "127.0.0.1:4580", "the `ADDRESS` and port: on loopback, or a private one that containers reach; port 0 takes a free one")
	cmd.Flags().StringVar(&o.state, "state", "", "put an account in place from a `FILE`, as get-account-authorization-details prints it")
	cmd.Flags().StringVar(&o.situation, "situation", "", "put an account in place as the event events/`NAME`.json left it")
	cmd.MarkFlagsMutuallyExclusive("state", "situation")
	cmd.Flags().StringVar(&o.account, "account", localaws.DefaultAccount, "the account of credentials that name no other")
	cmd.Flags().StringVar(&o.partition, "partition", "aws", "aws, aws-cn or aws-us-gov")
	cmd.Flags().BoolVar(&o.calls, "calls", false, "print each call")
	return cmd
}

func (o localOptions) serve(cmd *cobra.Command) error {
	if !slices.Contains([]string{"aws", "aws-cn", "aws-us-gov"}, o.partition) {
		return fmt.Errorf("--partition %q: it must be aws, aws-cn or aws-us-gov", o.partition)
	}
	if !principal.IsAccount(o.account) {
		return fmt.Errorf("--account %q: it must be 12 digits", o.account)
	}
	out := cmd.ErrOrStderr()
	server := localaws.New(localaws.Options{Account: o.account, Partition: o.partition})
	id, partition := o.account, o.partition
	if o.state != "" {
		loaded, err := loadState(server, o.state, cmd.InOrStdin())
		if err != nil {
			return err
		}
		id, partition = loaded.Account, loaded.Partition
		for _, arn := range loaded.Assumed {
			fmt.Fprintf(out, "assumed: %s, whose document %s does not give\n", arn, o.state)
		}
	}
	if o.situation != "" {
		if err := setScene(cmd.Context(), server, o.situation); err != nil {
			return fmt.Errorf("--situation: %w", err)
		}
	}
	if o.calls {
		server.OnCall(printCall(cmd.OutOrStdout()))
	}
	listener, err := server.ListenTo(o.listen, out)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	if o.situation != "" {
		fmt.Fprintf(out, invokeLines, o.situation)
	}
	fmt.Fprintf(out, `To use it:
  export AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=%s
  aws --endpoint-url %s iam list-roles
The SDKs take AWS_ENDPOINT_URL=%[3]s from the environment. So does version 2 of the aws
command; version 1 does not for SQS, and needs --endpoint-url.
`, id, localaws.HomeRegion(partition), listener.URL)
	<-cmd.Context().Done()
	return listener.Close()
}

// loadState puts the accounts of a file in place, and gives the first of them with the policies
// of all that had to be assumed.
func loadState(server *localaws.Server, file string, stdin io.Reader) (first localaws.Loaded, err error) {
	in, err := openInput(context.Background(), file, stdin, io.Discard)
	if err != nil {
		return first, err
	}
	defer in.close()
	read := authdetails.Reader{Keep: true}
	if err := read.Read(file, in); err != nil {
		return first, fmt.Errorf("%s: %w", file, err)
	}
	for i, part := range read.Parts() {
		if part.Cut != nil {
			return first, fmt.Errorf("%s: %w", file, part.Cut)
		}
		loaded := server.Load(part)
		if i == 0 {
			first = loaded
		} else {
			first.Assumed = append(first.Assumed, loaded.Assumed...)
		}
	}
	return first, nil
}

func printCall(out io.Writer) func(wire.Call) {
	return func(c wire.Call) {
		fmt.Fprintf(out, "%s %s %s:%s\n", c.Time.Format("15:04:05"), c.Account, c.Service, c.Operation)
	}
}
