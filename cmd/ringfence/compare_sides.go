package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ringfence/ringfence/internal/comparison"
	"github.com/ringfence/ringfence/internal/lint"
	"github.com/ringfence/ringfence/internal/policy"
)

// sideFlags are the flags of one side of a comparison.
type sideFlags struct {
	policies []string
	boundary string
	scps     []string
}

// The sides by flag, and in the descriptions of flags.
var (
	sideNames  = [...]string{"a", "b"}
	sideTitles = [...]string{"A", "B"}
)

// kindOf is the kind of policies that are compared.
func (f *compareFlags) kindOf() (policy.Kind, error) {
	switch f.kind {
	case "identity":
		return policy.IdentityPolicy, nil
	case "trust":
		return policy.TrustPolicy, nil
	case "resource":
		return policy.ResourcePolicy, nil
	}
	return 0, fmt.Errorf("--kind %q must be identity, trust or resource", f.kind)
}

// read reads the policies of both sides.
func (f *compareFlags) read(cmd *cobra.Command) (sides [2]comparison.Side, err error) {
	kind, err := f.kindOf()
	if err != nil {
		return sides, err
	}
	r := sideReader{kind: kind, stdin: cmd.InOrStdin(), warnings: cmd.ErrOrStderr()}
	for i := range sides {
		sides[i] = r.side(sideTitles[i], &f.sides[i])
		if kind != policy.IdentityPolicy && sides[i].Parts != "" {
			r.errs = append(r.errs, fmt.Errorf("with --kind %s a side is one policy", f.kind))
		}
	}
	return sides, errors.Join(r.errs...)
}

// sideReader reads policies, and collects all errors.
type sideReader struct {
	kind     policy.Kind
	stdin    io.Reader
	used     bool // standard input was read
	warnings io.Writer
	errs     []error
}

// side reads one side. A single policy gives it its name.
func (r *sideReader) side(title string, f *sideFlags) comparison.Side {
	out := comparison.Side{Name: title, Parts: strings.Join(f.policies, " + ")}
	var identity []comparison.Policy
	for _, path := range f.policies {
		identity = append(identity, r.policies(path)...)
	}
	out.Layers = append(out.Layers, identity)
	if f.boundary != "" {
		boundary := r.policies(f.boundary)
		if len(boundary) > 1 {
			r.errs = append(r.errs, fmt.Errorf("%s has %d policies, but a principal has only one permissions boundary", f.boundary, len(boundary)))
		}
		out.Layers = append(out.Layers, boundary)
		out.Parts += ", with the permissions boundary " + f.boundary
	}
	for i, path := range f.scps {
		out.Layers = append(out.Layers, r.policies(path))
		out.Parts += [...]string{", under the service control policies ", " and "}[min(i, 1)] + path
	}
	if len(out.Layers) == 1 && len(identity) == 1 {
		out.Name, out.Parts = f.policies[0], ""
	}
	return out
}

// policies reads a file with one policy or a list of them.
func (r *sideReader) policies(path string) (out []comparison.Policy) {
	if path == "-" {
		if r.used {
			r.errs = append(r.errs, errors.New("standard input (-) can be given only once"))
			return nil
		}
		r.used = true
	}
	list, err := readPolicies(path, r.stdin)
	if err != nil {
		r.errs = append(r.errs, err)
		return nil
	}
	if len(list) == 0 {
		r.errs = append(r.errs, fmt.Errorf("%s has no policies", path))
	}
	for _, source := range list {
		d := source.Policy.Document
		if err := d.Validate(r.kind); err != nil {
			_, _ = fmt.Fprintf(r.warnings, "warning: IAM would not accept %s:\n%v\n", source.Name, err)
		}
		for _, said := range lint.Undocumented(d) {
			_, _ = fmt.Fprintf(r.warnings, "warning: %s %s\n", source.Name, said)
		}
		if r.kind == policy.IdentityPolicy && slices.ContainsFunc(d.Statements, func(s policy.Statement) bool { return s.Principal != nil }) {
			_, _ = fmt.Fprintf(r.warnings, "%s names principals: compare it with --kind trust or --kind resource\n", source.Name)
		}
		out = append(out, comparison.NewPolicy(source.Name, d, r.kind))
	}
	return out
}
