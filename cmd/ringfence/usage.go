package main

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
)

// usage is an error of how a command was called: what is wrong, and how it is right.
func usage(wrong, example string) error {
	return fmt.Errorf("%s\n\nFor example:\n%s", wrong, example)
}

// ownUsage has every command speak of its usage in Ringfence's own words, with an example.
func ownUsage(root *cobra.Command) {
	root.SetFlagErrorFunc(wrongUse)
	for _, c := range root.Commands() {
		args := c.Args
		c.Args = func(cmd *cobra.Command, given []string) error { return wrongUse(cmd, args(cmd, given)) }
		// Cobra checks these after PreRunE, and says it in words of its own.
		c.PreRunE = func(cmd *cobra.Command, _ []string) error {
			return wrongUse(cmd, errors.Join(cmd.ValidateRequiredFlags(), cmd.ValidateFlagGroups()))
		}
	}
}

// words are what the library says, and what is said in its place.
var words = []struct {
	said *regexp.Regexp
	say  func(cmd *cobra.Command, found []string) string
}{
	{regexp.MustCompile(`^at least one of the flags in the group \[(.*)\] is required`), func(cmd *cobra.Command, m []string) string {
		return cmd.Name() + " needs " + flagList(m[1], "or")
	}},
	{regexp.MustCompile(`^if any flags in the group \[.*\] are set none of the others can be; \[(.*)\] were all set`), func(_ *cobra.Command, m []string) string {
		return flagList(m[1], "and") + " cannot be given together"
	}},
	{regexp.MustCompile(`^if any flags in the group \[.*\] are set they must all be set; missing \[(.*)\]`), func(_ *cobra.Command, m []string) string {
		return "what is given needs " + flagList(m[1], "and") + " too"
	}},
	{regexp.MustCompile(`^unknown (?:shorthand )?flag: (?:'.' in )?(\S+)`), func(cmd *cobra.Command, m []string) string {
		return cmd.Name() + " has no flag " + m[1]
	}},
	{regexp.MustCompile(`^flag needs an argument: (?:'.' in )?(\S+)`), func(_ *cobra.Command, m []string) string {
		return m[1] + " needs a value"
	}},
	{regexp.MustCompile(`^invalid argument ("(?:[^"\\]|\\.)*") for "(?:-\w, )?(\S+)" flag: (?:strconv\.Parse(Int|Bool)|.*)`), func(_ *cobra.Command, m []string) string {
		kind := "it cannot be read"
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
		return fmt.Sprintf("%s takes %s%s, and %s given", cmd.Name(), m[1], argumentsOf(m[2]), cmp.Or(given, m[3]+" were"))
	}},
	{regexp.MustCompile(`(?s)^unknown command ("(?:[^"\\]|\\.)*") for "ringfence"(?:.*Did you mean this\?\s+(\S+))?`), func(_ *cobra.Command, m []string) string {
		if m[2] != "" {
			return "there is no command " + m[1] + "; is it " + m[2] + "?"
		}
		return "there is no command " + m[1]
	}},
	{regexp.MustCompile(`^unknown command ("(?:[^"\\]|\\.)*") for "ringfence \w+"`), func(cmd *cobra.Command, m []string) string {
		return cmd.Name() + " takes no arguments, and " + m[1] + " was given"
	}},
}

// wrongUse is an error of the library in our words.
func wrongUse(cmd *cobra.Command, err error) error {
	if err == nil {
		return nil
	}
	wrong := err.Error()
	for _, w := range words {
		if m := w.said.FindStringSubmatch(wrong); m != nil {
			wrong = w.say(cmd, m)
			break
		}
	}
	example := firstExample(cmd.Example)
	if example == "" {
		example = "  " + cmd.CommandPath()
	}
	if cmd.HasSubCommands() {
		example = "  ringfence demo"
	}
	return usage(wrong, example+"\n\n"+cmd.CommandPath()+" --help tells the rest.")
}

// unknownCommand is the library's error for a command that there is not, in our words.
func unknownCommand(root *cobra.Command, err error) error {
	if strings.HasPrefix(err.Error(), "unknown command ") {
		return wrongUse(root, err)
	}
	return err
}

// firstExample is the first command of examples, with the lines that go on with it.
func firstExample(examples string) string {
	var lines []string
	for line := range strings.Lines(examples) {
		line = strings.TrimRight(line, "\n")
		if !strings.Contains(line, "ringfence ") && len(lines) == 0 {
			continue // what makes a file for it
		}
		lines = append(lines, line)
		if !strings.HasSuffix(line, `\`) {
			break
		}
	}
	return strings.Join(lines, "\n")
}

// flagList are flags as people type them.
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
