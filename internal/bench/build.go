package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// lambdaFlags are the Makefile's LAMBDA_FLAGS.
var lambdaFlags = []string{"-trimpath", "-buildvcs=false", "-tags", "lambda.norpc", "-ldflags", "-s -w -buildid="}

// goBuild builds a package of the module in dir like a function.
func goBuild(ctx context.Context, dir, pkg, binary string) error {
	args := append([]string{"build"}, lambdaFlags...)
	_, err := command(ctx, dir, "go", append(args, "-o", binary, pkg)...)
	return err
}

// buildTarget builds the function of the working tree at root, or of a revision.
func buildTarget(ctx context.Context, root, rev, binary string) (t target, err error) {
	if rev != "" {
		tree := binary + "-tree"
		if _, err := command(ctx, root, "git", "worktree", "add", "--quiet", "--detach", tree, rev); err != nil {
			return t, err
		}
		defer func() {
			// Even if the benchmark is interrupted.
			_, removal := command(context.WithoutCancel(ctx), root, "git", "worktree", "remove", "--force", tree)
			err = errors.Join(err, removal)
		}()
		root = tree
	}
	_, noReport := os.Stat(filepath.Join(root, "functions", "report"))
	t = target{binary: binary, ledger: noReport == nil}
	return t, goBuild(ctx, root, "./functions/enforce", binary)
}

func hasRevision(ctx context.Context, root, rev string) bool {
	_, err := command(ctx, root, "git", "cat-file", "-e", rev+"^{commit}")
	return err == nil
}

// moduleRoot returns the folder of this module.
func moduleRoot(ctx context.Context) (string, error) {
	mod, err := command(ctx, "", "go", "env", "GOMOD")
	return filepath.Dir(mod), err
}

// command runs a program in a folder and returns its output.
func command(ctx context.Context, dir, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("running %s %s: %w\n%s", name, strings.Join(args, " "), err, stderr.String())
	}
	return strings.TrimSpace(string(out)), err
}
