package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with a configuration.
type Problem struct {
	// File is the name that was given to [Load].
	File string
	// Line counts from 1.
	Line int
	// Path is where in the file's structure the problem is, as rules[0].match.kinds; it
	// is empty for the file as a whole.
	Path string
	// Message says what is wrong and, where that is not plain, what to write instead.
	Message string
}

// Error is the problem as one line, in the form that editors and compilers understand.
func (f *Problem) Error() string {
	if f.Path == "" {
		return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Message)
	}
	return fmt.Sprintf("%s:%d: %s: %s", f.File, f.Line, f.Path, f.Message)
}

// Problems are all that is wrong with a configuration, in the order of its lines.
type Problems []*Problem

// Error has one line for each problem.
func (fs Problems) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the single problems to [errors.As].
func (fs Problems) Unwrap() []error {
	errs := make([]error, len(fs))
	for i, f := range fs {
		errs[i] = f
	}
	return errs
}

// sorted orders problems by line; those of one line stay in the order in which they
// were found.
func (fs Problems) sorted() Problems {
	slices.SortStableFunc(fs, func(a, b *Problem) int { return cmp.Compare(a.Line, b.Line) })
	return fs
}
