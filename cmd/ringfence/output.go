package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// output remembers that a write failed, so that what was printed in part is not taken for
// the whole: on a full disk, say.
type output struct {
	w   io.Writer
	err error
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.w.Write(p)
	if o.err == nil && err != nil {
		o.err = fmt.Errorf("writing to standard output: %w", err)
	}
	return n, err
}

// remember has a command write to an output. A terminal is left as it is: commands ask it how
// wide it is.
func remember(cmd *cobra.Command) *output {
	o := &output{w: cmd.OutOrStdout()}
	if !isTerminal(o.w) {
		cmd.SetOut(o)
	}
	return o
}
