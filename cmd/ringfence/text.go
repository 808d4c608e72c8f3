package main

import (
	"github.com/ringfence/ringfence/internal/count"
	"github.com/ringfence/ringfence/internal/escape"
)

// clean makes text that others chose safe to print: it could drive the terminal.
func clean(s string) string { return escape.Clean(s) }

// plural counts things.
func plural(n int, thing string) string { return count.Of(n, thing, thing+"s") }
