package expr

// apart returns an error if two paths cannot be used together: one leads into the other, or they
// use the same value as a list and as a map.
func (r *Request) apart(paths []path) error {
	for i, a := range paths {
		for _, b := range paths[:i] {
			if what := r.clash(a, b); what != "" {
				return invalid("Two document paths %s with each other; must remove or rewrite one of these paths; path one: %s, path two: %s",
					what, r.spell(b), r.spell(a))
			}
		}
	}
	return nil
}

func (r *Request) clash(a, b path) string {
	for i := range min(len(a), len(b)) {
		switch {
		case (a[i].name == "") != (b[i].name == ""):
			return "conflict"
		case r.name(a[i]) != r.name(b[i]) || a[i].index != b[i].index:
			return ""
		}
	}
	return "overlap"
}
