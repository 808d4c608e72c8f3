package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one fault of a configuration.
type Problem struct {
	// File is the name that was given to [Load].
	File string
	// Line counts from 1.
	Line int
	// Path is the place in the structure of the file, such as rules[0].match.kinds. It is empty for the
	// whole file.
	Path string
	// Message says what is wrong and, if that is not obvious, what to write instead.
	Message string
}

// Error returns the problem as one line, in the format of compilers, which editors understand.
func (f *Problem) Error() string {
	if f.Path == "" {
		return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Message)
	}
	return fmt.Sprintf("%s:%d: %s: %s", f.File, f.Line, f.Path, f.Message)
}

// Problems are all faults of a configuration, by line.
type Problems []*Problem

// Error returns one line for each problem.
func (fs Problems) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the single problems, for [errors.As].
func (fs Problems) Unwrap() []error {
	errs := make([]error, len(fs))
	for i, f := range fs {
		errs[i] = f
	}
	return errs
}

// sorted sorts problems by line. Problems of one line keep their order.
func (fs Problems) sorted() Problems {
	slices.SortStableFunc(fs, func(a, b *Problem) int { return cmp.Compare(a.Line, b.Line) })
	return fs
}
