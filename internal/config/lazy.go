package config

import (
	"regexp"
	"sync"
)

// lazy is a regular expression that is compiled when it is first used: a function that
// starts with one boundary and no file needs none, and compiling them takes as long as
// everything else that starts.
func lazy(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
