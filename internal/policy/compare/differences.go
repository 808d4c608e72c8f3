package compare

import "slices"

// Difference is one of the differences of two sides: what a service and a statement have in it, with a
// request that shows it.
type Difference struct {
	// Service is the prefix of the service, * for the services of which no document names an action.
	Service string
	// Witness is a request that only one side allows, or that only one denies explicitly. Package eval has
	// confirmed it.
	Witness *Witness
	// GrantedBy are the statements that allow the request, on the side that allows it.
	GrantedBy []Place
	// DeniedBy are the statements that deny it explicitly, on the other side.
	DeniedBy []Place
	// Silent are the layers of the other side of which no statement allows it, or none as far.
	Silent []int
	// Nearer are the statements of the other side that allow it, but do not reach as far towards the caller.
	Nearer []Place
	// caller is the principal, if one of the statements names it.
	caller string
}

// Open is a part of the question that was left open.
type Open struct {
	// Service is the prefix of the service, * for the services of which no document names an action, and ""
	// for all services.
	Service string
	Reason  string
}

// Found is the differences in one direction. Without any, and with nothing open, there is none: a proof.
type Found struct {
	// Differences are sorted by statement, then by service.
	Differences []Difference
	// Open are sorted by service.
	Open []Open
}

// containment reads what was found of what one side allows and the other does not.
func (f *Found) containment() Containment {
	switch {
	case len(f.Differences) > 0:
		return Refuted
	case len(f.Open) == 0:
		return Proven
	}
	return Unknown
}

// Report is all differences of two sides.
type Report struct {
	Result
	// OnlyA is what only A allows, OnlyB the opposite.
	OnlyA, OnlyB Found
	// DeniedByA is what only A denies explicitly, DeniedByB the opposite. See [Denies] on why that matters.
	DeniedByA, DeniedByB Found
}

// Differences compares two sides like [CompareSides], and lists all differences and not just one: one for
// each service, statement that allows and statement that denies. Where a statement asks for nothing but
// the action, the others of its effect in the layer add nothing and need not be listed. The work is bounded for each service and
// as a whole, with more than CompareSides may do, so that the relation may be known where CompareSides has
// none.
func Differences(a, b Side) Report {
	r := Report{Result: CompareSides(a, b)}
	r.DeniedByA, r.DeniedByB = denied(b, a), denied(a, b)
	if problem := problemOfSides(&a, &b); problem != "" {
		r.OnlyA, r.OnlyB = undecided(problem), undecided(problem)
		return r
	}
	r.OnlyA, r.AWithinB = list(a, b, r.AWithinB, r.ANotB)
	r.OnlyB, r.BWithinA = list(b, a, r.BWithinA, r.BNotA)
	for _, part := range [...]struct {
		within  Containment
		found   *Found
		witness **Witness
	}{{r.AWithinB, &r.OnlyA, &r.ANotB}, {r.BWithinA, &r.OnlyB, &r.BNotA}} {
		if *part.witness == nil && part.within == Refuted {
			*part.witness = part.found.Differences[0].Witness
		}
	}
	if r.AWithinB != Unknown && r.BWithinA != Unknown {
		r.Reason = ""
	}
	r.Relation = relations[[2]Containment{r.AWithinB, r.BWithinA}]
	return r
}

// list lists what side from allows and side to does not, of which something is known already.
func list(from, to Side, known Containment, witness *Witness) (Found, Containment) {
	if known == Proven {
		return Found{}, Proven
	}
	sessions, ofFrom, ofTo := newSides(from.separate(), to.separate())
	l := newListing(func(service string, w *Witness) Difference { return attribute(service, w, from, to) })
	for _, s := range sessions {
		for i, layer := range ofTo {
			if !slices.ContainsFunc(from.Layers, to.Layers[i].same) {
				l.search(s, question{ofFrom, layer})
			}
		}
	}
	if witness != nil {
		l.add(sessions[0].actions.serviceOf(witness.Action), witness)
	}
	found := l.found()
	return found, found.containment()
}

// denied lists what only side by denies explicitly, and side other does not.
func denied(other, by Side) Found {
	if !by.denies() {
		return Found{}
	}
	free, held := other.undenied(), by.undenied()
	if problem := problemOfSides(&free, &held); problem != "" {
		return undecided(problem)
	}
	if free.Layers[0].same(held.Layers[0]) {
		return Found{}
	}
	sessions, from, to := newSides(free.separate(), held.separate())
	l := newListing(func(service string, w *Witness) Difference {
		d := attribute(service, w, Side{}, by)
		d.Silent = nil
		return d
	})
	for _, s := range sessions {
		l.search(s, question{from, to[0]})
	}
	return l.found()
}

// undecided is where nothing is known of any service.
func undecided(reason string) Found { return Found{Open: []Open{{"", reason}}} }

// separate is the layer with no statements merged.
func (l Layer) separate() (out Layer) {
	for _, c := range l {
		out = append(out, c.separate())
	}
	return out
}

func (s *Side) separate() Side {
	out := Side{Name: s.Name}
	for _, l := range s.Layers {
		out.Layers = append(out.Layers, l.separate())
	}
	return out
}
