package fence

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Fault is one thing that is wrong with a configuration.
type Fault struct {
	// File is the name that was given to [Load].
	File string
	// Line counts from 1.
	Line int
	// Path is where in the file's structure the fault is, as rules[0].match.kinds; it
	// is empty for the file as a whole.
	Path string
	// Message says what is wrong and, where that is not plain, what to write instead.
	Message string
}

// Error is the fault as one line, in the form that editors and compilers understand.
func (f *Fault) Error() string {
	if f.Path == "" {
		return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Message)
	}
	return fmt.Sprintf("%s:%d: %s: %s", f.File, f.Line, f.Path, f.Message)
}

// Faults are all that is wrong with a configuration, in the order of its lines.
type Faults []*Fault

// Error has one line for each fault.
func (fs Faults) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the single faults to [errors.As].
func (fs Faults) Unwrap() []error {
	errs := make([]error, len(fs))
	for i, f := range fs {
		errs[i] = f
	}
	return errs
}

// sorted orders faults by line; those of one line stay in the order in which they
// were found.
func (fs Faults) sorted() Faults {
	slices.SortStableFunc(fs, func(a, b *Fault) int { return cmp.Compare(a.Line, b.Line) })
	return fs
}
