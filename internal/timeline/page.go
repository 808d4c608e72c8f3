package timeline

import "io"

// WriteHTML is below.
func (r *Report) WriteHTML(w io.Writer) error { return nil }
