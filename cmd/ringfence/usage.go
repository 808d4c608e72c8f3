package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/ringfence/ringfence/internal/input"
)

// usage is an error of how a command was called: what is wrong, and how it is right.
func usage(wrong, example string) error {
	return fmt.Errorf("%s\n\nFor example:\n%s", wrong, example)
}

// readInput reads a whole file in any of the forms that people have, or standard input for -.
func readInput(path string, stdin io.Reader) ([]byte, error) {
	in, err := input.Open(path, stdin)
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }() // nothing was written
	text, err := io.ReadAll(in)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("it ends in the middle")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return text, nil
}
