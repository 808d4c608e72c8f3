package timeline

import (
	"encoding/json"
	"io"
)

// WriteEnd ends findings that were written as JSON lines. An incomplete report says so there too, as
// {"incomplete": […]}.
func (r *Report) WriteEnd(w io.Writer) error {
	missing := r.Missing()
	if missing == nil {
		return nil
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	return out.Encode(map[string][]string{"incomplete": missing})
}
