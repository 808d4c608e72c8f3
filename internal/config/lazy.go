package config

import (
	"regexp"
	"sync"
)

// lazy returns a regular expression that is compiled when it is first used. A Lambda function with one
// boundary and no file needs none, and compiling them takes as long as the rest of its start.
func lazy(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
