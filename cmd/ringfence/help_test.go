package main

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// TestHelpHasNoStrayIndentation: the source is indented with tabs, and a text of several lines must not
// take them along.
func TestHelpHasNoStrayIndentation(t *testing.T) {
	var check func(*cobra.Command)
	seen := 0
	check = func(c *cobra.Command) {
		seen++
		for what, text := range map[string]string{"description": c.Long, "examples": c.Example, "short description": c.Short, "usage": c.UsageString()} {
			if strings.Contains(text, "\t") {
				t.Errorf("%s: a tab in the %s:\n%s", c.CommandPath(), what, text)
			}
		}
		for _, sub := range c.Commands() {
			check(sub)
		}
	}
	check(root())
	if seen < 8 {
		t.Errorf("only %d commands", seen)
	}
}
