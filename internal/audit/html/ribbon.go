package html

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ringfence/ringfence/internal/count"
)

// Dimensions of the map, in units of its view box.
const (
	mapWidth  = 1000.0
	leftEdge  = 270.0 // of the nodes on the left; their labels end before it
	rightEdge = 730.0
	nodeWidth = 10.0
	pitch     = 40.0 // the height of a label
	gap       = 12.0
	tall      = 260.0 // the height of all principals together
	thin      = 1.6   // the least width of a visible ribbon
)

// link counts the principals between two nodes, by column.
type link struct {
	left, right *node
	counts      [5]int
}

// ribbon is a link of one column, as an SVG path.
type ribbon struct{ Class, Path, Title, Boundary, Rule, State string }

// lay computes the positions of nodes and ribbons.
func (f *flows) lay(links []link) {
	total := 0
	for _, l := range links {
		for _, n := range l.counts {
			total += n
		}
	}
	width := func(n int) float64 {
		if n == 0 {
			return 0
		}
		return max(thin, float64(n)*tall/float64(max(total, 1)))
	}
	for _, l := range links {
		for _, n := range l.counts {
			l.left.Height += width(n)
			l.right.Height += width(n)
		}
	}
	bottom := stack(f.Left)
	for _, l := range links {
		for _, n := range l.counts {
			l.right.pull += (l.left.Y + l.left.Height/2) * float64(n) / float64(l.right.Count)
		}
	}
	slices.SortStableFunc(f.Right, func(a, b *node) int { return cmp.Compare(a.pull, b.pull) })
	f.Height = int(max(bottom, stack(f.Right)))

	from, to := map[*node]float64{}, map[*node]float64{}
	slices.SortStableFunc(links, func(a, b link) int {
		return cmp.Or(cmp.Compare(a.left.Y, b.left.Y), cmp.Compare(a.right.Y, b.right.Y))
	})
	for _, l := range links {
		for c, n := range l.counts {
			w := width(n)
			if n == 0 {
				continue
			}
			y, z := l.left.Y+from[l.left], l.right.Y+to[l.right]
			from[l.left] += w
			to[l.right] += w
			state := columns[c].Class
			if state == "rest" {
				state = "" // the column has several states
			}
			f.Ribbons = append(f.Ribbons, ribbon{
				State: state, Class: columns[c].Class, Path: curve(y, z, w), Boundary: l.left.Filter, Rule: l.right.Filter,
				Title: fmt.Sprintf("%s → %s: %s, %s", l.left.Name, l.right.Name, count.Of(n, "principal", "principals"), columns[c].Words),
			})
		}
	}
}

// stack puts nodes one below the other, and returns where they end.
func stack(nodes []*node) float64 {
	y := 6.0
	for _, n := range nodes {
		room := max(n.Height, pitch-gap)
		n.Y = y + (room-n.Height)/2
		n.Label = y + room/2
		y += room + gap
	}
	return y
}

// curve returns the outline of a ribbon from height y on the left to height z on the right.
func curve(y, z, w float64) string {
	const a, b, m = leftEdge + nodeWidth, rightEdge, (leftEdge + nodeWidth + rightEdge) / 2
	return fmt.Sprintf("M%g %.1fC%g %.1f %g %.1f %g %.1fL%g %.1fC%g %.1f %g %.1f %g %.1fZ",
		a, y, m, y, m, z, b, z, b, z+w, m, z+w, m, y+w, a, y+w)
}
