package html

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/ringfence/ringfence/internal/audit"
)

// boundary is a boundary policy as the page shows it.
type boundary struct {
	audit.Boundary
	ID, Title string
	// LiveLines and ApprovedLines are the documents. Lines that only one of them has are marked.
	// If they are identical, there are no approved lines.
	LiveLines, ApprovedLines []line
	Same                     bool
}

// line is a line of a document.
type line struct {
	Text string
	Mark bool
}

// maxDocuments is how many boundaries are shown with their documents, worst first.
const maxDocuments = 200

// boundaries returns the boundaries of the report. An AWS managed policy is one boundary for all
// accounts.
func boundaries(r *audit.Report) (all []boundary) {
	names, seen := newNames(r), map[string]int{}
	for _, b := range r.Boundaries {
		if i, ok := seen[b.ARN]; ok {
			all[i].Carriers += b.Carriers
			all[i].Account = ""
			continue
		}
		seen[b.ARN] = len(all)
		out := boundary{Boundary: b, ID: fmt.Sprintf("boundary-%d", len(all)), Title: names.short(b.ARN)}
		if len(all) < maxDocuments {
			live, approved := pretty(b.Live), pretty(b.Approved)
			out.Same = live == approved
			if out.Same {
				approved = ""
			}
			out.LiveLines, out.ApprovedLines = lines(live), lines(approved)
			if live != "" && approved != "" {
				mark(out.LiveLines, out.ApprovedLines)
			}
		}
		all = append(all, out)
	}
	return all
}

// pretty indents JSON. It returns any other text unchanged.
func pretty(text string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(text), "", "  ") != nil {
		return text
	}
	return b.String()
}

func lines(text string) (all []line) {
	if text == "" {
		return nil
	}
	for s := range strings.Lines(text) {
		all = append(all, line{Text: strings.TrimRight(s, "\r\n")})
	}
	return all
}

// maxLines is how many lines a document may have to be compared line by line. IAM policies have up
// to 6,144 characters, but a file can contain anything.
const maxLines = 2000

// mark marks the lines that are not in the longest common subsequence of both.
func mark(a, b []line) {
	if len(a) > maxLines || len(b) > maxLines {
		return
	}
	common := make([][]int, len(a)+1)
	common[len(a)] = make([]int, len(b)+1)
	for i := len(a) - 1; i >= 0; i-- {
		common[i] = make([]int, len(b)+1)
		for j := len(b) - 1; j >= 0; j-- {
			if a[i].Text == b[j].Text {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i].Text == b[j].Text:
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			a[i].Mark = true
			i++
		default:
			b[j].Mark = true
			j++
		}
	}
}
