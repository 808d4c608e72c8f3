package explain

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Batch answers line by line: see [ReadLine] for the input and [Result] for the output. A line that cannot be
// read gets an error as its answer, and the rest continues. Empty lines are ignored. Batch returns the number
// of lines and how many of them could not be read. The error is one of reading or writing.
func Batch(r io.Reader, w io.Writer) (lines, bad int, err error) {
	in, out := bufio.NewReader(r), bufio.NewWriter(w)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for n := 1; ; n++ {
		text, readErr := in.ReadBytes('\n')
		if text = bytes.TrimSpace(text); len(text) > 0 {
			result := AnswerLine(text)
			lines++
			if result.Error != "" {
				bad++
				result.Error = fmt.Sprintf("line %d: %s", n, result.Error)
			}
			if err := encoder.Encode(result); err != nil {
				return lines, bad, fmt.Errorf("writing an answer: %w", err)
			}
		}
		if in.Buffered() == 0 { // the writer of the lines may wait for the answer
			if err := out.Flush(); err != nil {
				return lines, bad, fmt.Errorf("writing an answer: %w", err)
			}
		}
		if errors.Is(readErr, io.EOF) {
			return lines, bad, nil
		}
		if readErr != nil {
			return lines, bad, fmt.Errorf("reading line %d: %w", n, readErr)
		}
	}
}
