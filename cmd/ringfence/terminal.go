package main

import (
	"io"
	"os"
	"strconv"

	"golang.org/x/term"
)

// usualWidth is for output that goes to no terminal.
const usualWidth = 120

// terminalWidth is how many columns there are to write in: those of the terminal; or what
// COLUMNS says, or some, where the output goes elsewhere.
func terminalWidth(w io.Writer) int {
	if file, ok := w.(*os.File); ok {
		if width, _, err := term.GetSize(int(file.Fd())); err == nil && width > 0 {
			return width
		}
	}
	if width, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && width > 0 {
		return width
	}
	return usualWidth
}

// isColorful reports whether an output is a terminal on which colors are wanted.
// https://no-color.org
func isColorful(w io.Writer) bool { return isTerminal(w) && os.Getenv("NO_COLOR") == "" }

// isTerminal reports whether somebody looks at what is written.
func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
