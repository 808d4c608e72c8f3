package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringfence/ringfence/internal/audit"
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/impact"
	"github.com/ringfence/ringfence/internal/input"
	"github.com/ringfence/ringfence/internal/live"
	"github.com/ringfence/ringfence/internal/s3logs"
)

// used is what --usage tells of the principals.
type used struct {
	usage audit.Usage
	calls map[string]*impact.Use
	// partial are the reasons why it is incomplete.
	partial []string
}

// readUsage reads all that --usage names.
func (f *auditFlags) readUsage(cmd *cobra.Command, rules *config.Config, inputs []audit.Input, now time.Time) (u used, err error) {
	if len(f.usage) == 0 {
		return u, nil
	}
	u.usage = audit.Usage{}
	var paths []string
	for _, value := range f.usage {
		switch {
		case value == "live" && f.org.all:
			err = errors.New("--usage live asks only the account of the credentials: it cannot be given with --org")
		case value == "live":
			err = f.liveUsage(cmd, inputs, u.usage)
		case isLog(value):
			paths = append(paths, value)
		default:
			err = fileUsage(cmd, value, u.usage)
		}
		if err != nil {
			return u, err
		}
	}
	if len(paths) > 0 {
		err = f.recordedUsage(cmd, rules, inputs, paths, now, &u)
	}
	return u, err
}

// isLog reports whether a value of --usage names logs. A file with the last use of services is an object whose first
// key is an ARN.
func isLog(path string) bool {
	if path == "-" {
		return false
	}
	if isQuery(path) || s3logs.Is(path) {
		return true
	}
	in, err := input.Open(path, nil)
	if err != nil {
		return true // a directory, or a file that the reader of logs reports
	}
	defer func() { _ = in.Close() }() // opened for reading only
	d := json.NewDecoder(in)
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return true
	}
	key, err := d.Token()
	text, isText := key.(string)
	return err == nil && isText && !strings.HasPrefix(text, "arn:")
}

// recordedUsage asks about recorded calls.
func (f *auditFlags) recordedUsage(cmd *cobra.Command, rules *config.Config, inputs []audit.Input, paths []string, now time.Time, u *used) error {
	var q impact.Question
	for _, in := range inputs {
		q.States = append(q.States, in.Details)
	}
	q.New = impact.Required(rules, q.States, now)
	from := sourceFlags{profile: f.profile}
	a, tally, err := countCalls(cmd, &from, paths, func() *impact.Analysis { return impact.New(q) })
	switch {
	case err != nil:
		return fmt.Errorf("reading --usage: %w", err)
	case tally.Events == 0:
		return fmt.Errorf("reading --usage: no event found in %s: give live, CloudTrail logs, or an object that maps the ARN of a principal to the output of aws iam get-service-last-accessed-details", strings.Join(paths, ", "))
	}
	u.calls = a.Uses()
	u.usage.AddCalls(u.calls)
	for _, why := range tally.Incomplete {
		u.partial = append(u.partial, "--usage: "+why)
	}
	return nil
}

// fileUsage reads a file with the last use of services.
func fileUsage(cmd *cobra.Command, path string, u audit.Usage) error {
	in, err := openInput(cmd.Context(), path, cmd.InOrStdin(), cmd.ErrOrStderr())
	if err != nil {
		return fmt.Errorf("reading --usage: %w", err)
	}
	defer in.close()
	if err := u.Read(in); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// liveUsage asks IAM when the principals with a boundary last used services.
func (f *auditFlags) liveUsage(cmd *cobra.Command, inputs []audit.Input, u audit.Usage) error {
	ctx := cmd.Context()
	client, err := f.client(ctx)
	if err != nil {
		return err
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
	none := true
	err = live.Usage(ctx, client, arns, func(arn string, uses []live.Use) {
		services := make([]audit.ServiceUse, len(uses))
		for i, use := range uses {
			services[i] = audit.ServiceUse{ServiceNamespace: use.Service, LastAuthenticated: use.Last}
		}
		u.Add(arn, services)
		none = false
		progress.add(1)
	})
	if err != nil && (ctx.Err() != nil || none) {
		return errors.Join(errors.New("reading --usage live"), err)
	}
	if err != nil {
		fmt.Fprintln(cmd.ErrOrStderr(), "ringfence: could not read when some principals last used services:", err)
	}
	return nil
}
