package main

import (
	"github.com/ringfence/ringfence/internal/count"
	"github.com/ringfence/ringfence/internal/escape"
)

// clean makes untrusted text safe to print: control sequences in it could drive the terminal.
func clean(s string) string { return escape.Clean(s) }

// plural formats a count with its noun, such as "2 lines".
func plural(n int, thing string) string { return count.Of(n, thing, thing+"s") }
