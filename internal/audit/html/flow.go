package html

import (
	"cmp"
	"slices"

	"github.com/ringfence/ringfence/internal/audit"
)

// flows is the map: which boundaries are carried by the principals of which rules, and their
// states. It shows sums, so that it stays readable with ten thousand principals.
type flows struct {
	Left, Right []*node
	Ribbons     []ribbon
	Rows        []flowRow
	Height      int
}

// node is a boundary (left), or a rule (right).
type node struct {
	Name, Note, Kind, Filter string
	Count                    int
	Y, Height, Label         float64
	// pull is the mean position of its ribbons on the other side, which orders the nodes on the right.
	pull float64
}

// flowRow is a row of the same data as numbers.
type flowRow struct {
	Boundary, Rule, BoundaryFilter, RuleFilter string
	// Counts has a count for each of columns.
	Counts []int
}

// columns are the groups of states that the map distinguishes.
var columns = []struct{ Class, Words string }{
	{"inside", "Inside"}, {"outside", "Outside"}, {"unknown", "Unknown"}, {"uncovered", "No rule"}, {"rest", "None required"},
}

func column(s audit.State) int {
	switch s {
	case audit.Inside:
		return 0
	case audit.Outside:
		return 1
	case audit.Unknown:
		return 2
	case audit.Uncovered:
		return 3
	}
	return 4
}

// maxNodes is how many nodes a side has. One more node sums up the rest.
const maxNodes = 9

// flow groups principals by the boundary that they carry and their rule.
func flow(r *audit.Report) *flows {
	names := newNames(r)
	type pair struct{ left, right *node }
	counts := map[pair]*[5]int{}
	left, right := side{}, side{}
	for i := range r.Principals {
		p := &r.Principals[i]
		key := pair{left.node(names.of(p.Attached)), right.node(ruleNode(p.Rule))}
		if counts[key] == nil {
			counts[key] = new([5]int)
		}
		counts[key][column(p.State)]++
		key.left.Count++
		key.right.Count++
	}
	f := &flows{}
	var merged map[*node]*node
	f.Left, merged = left.largest(node{Name: "Other boundaries", Kind: "other"})
	rules, others := right.largest(node{Name: "Other rules", Kind: "rule"})
	f.Right = rules
	sums := map[pair]*[5]int{}
	for key, n := range counts {
		key = pair{merged[key.left], others[key.right]}
		if sums[key] == nil {
			sums[key] = new([5]int)
		}
		for c := range n {
			sums[key][c] += n[c]
		}
	}
	var links []link
	for _, l := range f.Left {
		for _, r := range f.Right {
			if n := sums[pair{l, r}]; n != nil {
				links = append(links, link{l, r, *n})
				f.Rows = append(f.Rows, flowRow{l.Name, r.Name, l.Filter, r.Filter, n[:]})
			}
		}
	}
	f.lay(links)
	return f
}

// side is the nodes of one side.
type side map[node]*node

func (s side) node(n node) *node {
	if s[n] == nil {
		c := n
		s[n] = &c
	}
	return s[n]
}

// largest returns the nodes with the most principals, and the node that each node was merged into.
func (s side) largest(rest node) ([]*node, map[*node]*node) {
	all := make([]*node, 0, len(s))
	for _, n := range s {
		all = append(all, n)
	}
	slices.SortFunc(all, func(a, b *node) int {
		return cmp.Or(cmp.Compare(order(a.Kind), order(b.Kind)), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Note, b.Note))
	})
	became := map[*node]*node{}
	kept := all[:0:0]
	for i, n := range all {
		switch {
		case i < maxNodes || len(all) == maxNodes+1 || n.Kind == "none":
			kept = append(kept, n)
			became[n] = n
		default:
			rest.Count += n.Count
			became[n] = &rest
		}
	}
	if rest.Count > 0 {
		kept = append(kept, &rest)
	}
	return kept, became
}

func order(kind string) int {
	return slices.Index([]string{"approved", "off", "rule", "other", "none"}, kind)
}

func ruleNode(name string) node {
	if name == "" {
		return node{Name: "No rule", Kind: "none", Filter: none}
	}
	return node{Name: name, Kind: "rule", Filter: name}
}
