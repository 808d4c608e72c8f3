// Command ringfence keeps IAM users and roles inside their required permissions boundary.
// It replays CloudTrail, audits accounts, compares and explains policies, and checks the
// configuration. The Lambda functions are in functions/.
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

// root returns the command line.
func root() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "ringfence",
		Short: "Keep every IAM user and role inside its required permissions boundary",
		Long: `Ringfence keeps every IAM user and role inside its required permissions boundary. This
command line does on a laptop what the Lambda functions do in an account, and helps you
write the policies.

Where a command reads a file, - means standard input.

Exit status of every command: 0 nothing found, 1 something found, 2 bad input or usage,
3 the result is partial (audit, check, delegate check).`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Version:       build(),
	}
	cmd.SetVersionTemplate("ringfence {{.Version}}\n")
	cmd.AddCommand(accountsCommand(), auditCommand(), checkCommand(), compareCommand(), delegateCommand(), demoCommand(), explainCommand(), fitCommand(), impactCommand(), localawsCommand(), replayCommand(), validateCommand())
	plainUsage(cmd)
	return cmd
}

// The exit codes of all commands.
const (
	exitNothing = 0
	exitFound   = 1
	exitBad     = 2
	exitPartial = 3
)

// errFound ends a command that did its work and found something. The exit status is 1, and
// no message is printed.
var errFound = errors.New("found")

// errPartial ends a command whose result is incomplete. The command has already printed
// why. The exit status is 3.
var errPartial = errors.New("partial")

// run executes a command and returns its exit code. Any error except errFound and
// errPartial is an error of input or usage.
func run(ctx context.Context, cmd *cobra.Command) int {
	out := recordWriteErrors(cmd)
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
