// Command ringfence keeps IAM users and roles inside the permissions boundary that they
// must carry: it replays CloudTrail, compares and explains policies, and checks the
// configuration. The Lambda functions are in functions/enforce and functions/report.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, root())
	stop()
	os.Exit(code)
}

// root is the whole command line.
func root() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "ringfence",
		Short: "Keep every IAM user and role inside the permissions boundary it must carry",
		Long: `Ringfence keeps every IAM user and role inside the permissions boundary that it is
required to carry. This command line does on a laptop what the Lambda function does in
an account, and helps with the policies behind it.

Wherever a file is read, - stands for standard input.

Exit status, for every command: 0 nothing found, 1 something found, 2 bad input or usage,
3 the result is partial (audit).`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Version:       build(),
	}
	cmd.SetVersionTemplate("ringfence {{.Version}}\n")
	cmd.AddCommand(auditCommand(), compareCommand(), demoCommand(), explainCommand(), localawsCommand(), replayCommand(), validateCommand())
	ownUsage(cmd)
	return cmd
}

// The exit codes of all commands.
const (
	exitNothing = 0
	exitFound   = 1
	exitBad     = 2
	exitPartial = 3
)

// errFound ends a command that did its work and found something: exit status 1, and
// nothing more to print.
var errFound = errors.New("found")

// errPartial ends a command whose result does not cover everything, as it has said: exit
// status 3.
var errPartial = errors.New("partial")

// run executes a command and gives its exit code. Every other error than these
// two is one of input or usage.
func run(ctx context.Context, cmd *cobra.Command) int {
	out := remember(cmd)
	err := cmd.ExecuteContext(ctx)
	if out.err != nil && (err == nil || errors.Is(err, errFound) || errors.Is(err, errPartial)) {
		err = out.err
	}
	switch {
	case err == nil:
		return exitNothing
	case errors.Is(err, errFound):
		return exitFound
	case errors.Is(err, errPartial):
		return exitPartial
	default:
		fmt.Fprintln(cmd.ErrOrStderr(), "ringfence:", unknownCommand(cmd, err))
		return exitBad
	}
}
