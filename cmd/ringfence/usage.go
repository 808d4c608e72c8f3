package main

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
)

// usage returns an error about how a command was called, with an example of correct use.
func usage(problem, example string) error {
	return fmt.Errorf("%s\n\nFor example:\n%s", problem, example)
}

// plainUsage replaces the library's usage errors with plain messages and an example.
func plainUsage(root *cobra.Command) {
	root.SetFlagErrorFunc(usageError)
	for _, c := range root.Commands() {
		plainUsage(c)
		args := c.Args
		c.Args = func(cmd *cobra.Command, given []string) error { return usageError(cmd, args(cmd, given)) }
		// Cobra checks these after PreRunE, with messages of its own.
		c.PreRunE = func(cmd *cobra.Command, _ []string) error {
			return usageError(cmd, errors.Join(cmd.ValidateRequiredFlags(), cmd.ValidateFlagGroups()))
		}
	}
}

// messages maps the library's error messages to Ringfence's.
var messages = []struct {
	cobra *regexp.Regexp
	plain func(cmd *cobra.Command, found []string) string
}{
	{regexp.MustCompile(`^at least one of the flags in the group \[(.*)\] is required`), func(cmd *cobra.Command, m []string) string {
		return cmd.Name() + " needs " + flagList(m[1], "or")
	}},
	{regexp.MustCompile(`^if any flags in the group \[.*\] are set none of the others can be; \[(.*)\] were all set`), func(_ *cobra.Command, m []string) string {
		return flagList(m[1], "and") + " cannot be given together"
	}},
	{regexp.MustCompile(`^if any flags in the group \[.*\] are set they must all be set; missing \[(.*)\]`), func(_ *cobra.Command, m []string) string {
		return "these flags also need " + flagList(m[1], "and")
	}},
	{regexp.MustCompile(`^unknown (?:shorthand )?flag: (?:'.' in )?(\S+)`), func(cmd *cobra.Command, m []string) string {
		return cmd.Name() + " has no flag " + m[1]
	}},
	{regexp.MustCompile(`^flag needs an argument: (?:'.' in )?(\S+)`), func(_ *cobra.Command, m []string) string {
		return m[1] + " needs a value"
	}},
	{regexp.MustCompile(`^invalid argument ("(?:[^"\\]|\\.)*") for "(?:-\w, )?(\S+)" flag: (?:strconv\.Parse(Int|Bool)|.*)`), func(_ *cobra.Command, m []string) string {
		kind := "invalid value"
		switch m[3] {
		case "Int":
			kind = "it must be a whole number"
		case "Bool":
			kind = "it must be true or false"
		}
		return m[2] + " " + m[1] + ": " + kind
	}},
	{regexp.MustCompile(`^(?:accepts|requires) (at most |at least )?(\d+) arg\(s\), (?:only )?received (\d+)`), func(cmd *cobra.Command, m []string) string {
		given := map[string]string{"0": "none was", "1": "one was"}[m[3]]
		return fmt.Sprintf("%s takes %s%s, but %s given", cmd.Name(), m[1], argumentsOf(m[2]), cmp.Or(given, m[3]+" were"))
	}},
	{regexp.MustCompile(`(?s)^unknown command ("(?:[^"\\]|\\.)*") for "ringfence"(?:.*Did you mean this\?\s+(\S+))?`), func(_ *cobra.Command, m []string) string {
		if m[2] != "" {
			return "unknown command " + m[1] + "; did you mean " + m[2] + "?"
		}
		return "unknown command " + m[1]
	}},
	{regexp.MustCompile(`^unknown command ("(?:[^"\\]|\\.)*") for "ringfence \w+"`), func(cmd *cobra.Command, m []string) string {
		return cmd.Name() + " takes no arguments, but " + m[1] + " was given"
	}},
}

// usageError turns an error of the library into a plain message with an example.
func usageError(cmd *cobra.Command, err error) error {
	if err == nil {
		return nil
	}
	problem := err.Error()
	for _, w := range messages {
		if m := w.cobra.FindStringSubmatch(problem); m != nil {
			problem = w.plain(cmd, m)
			break
		}
	}
	example := firstExample(cmd.Example)
	if example == "" {
		example = "  " + cmd.CommandPath()
	}
	if !cmd.HasParent() {
		example = "  ringfence demo"
	}
	return usage(problem, example+"\n\nFor all flags: "+cmd.CommandPath()+" --help")
}

// unknownCommand replaces the library's error for an unknown command.
func unknownCommand(root *cobra.Command, err error) error {
	if strings.HasPrefix(err.Error(), "unknown command ") {
		return usageError(root, err)
	}
	return err
}

// firstExample returns the first ringfence command of the examples, with its continuation lines.
func firstExample(examples string) string {
	var lines []string
	for line := range strings.Lines(examples) {
		line = strings.TrimRight(line, "\n")
		if !strings.Contains(line, "ringfence ") && len(lines) == 0 {
			continue // a command that prepares its input
		}
		lines = append(lines, line)
		if !strings.HasSuffix(line, `\`) {
			break
		}
	}
	return strings.Join(lines, "\n")
}

// flagList formats flag names as they are typed.
func flagList(names, last string) string {
	list := strings.Fields(names)
	for i := range list {
		list[i] = "--" + list[i]
	}
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " " + last + " " + list[len(list)-1]
}

func argumentsOf(n string) string {
	if n == "1" {
		return "one argument"
	}
	return n + " arguments"
}
