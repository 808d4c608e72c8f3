package authdetails

// words stores each string once that many entities have: an account with 100,000 principals has few
// different paths, tags and attached policies, and repeats them for each principal.
type words map[string]string

// most is the maximum number of stored strings. Later strings are not shared.
const most = 1 << 16

func (w words) word(s string) string {
	if first, ok := w[s]; ok {
		return first
	}
	if len(w) < most {
		w[s] = s
	}
	return s
}

// trust stores a trust policy once. Most are equal: they allow a service to assume the role.
func (r *Reader) trust(t Document) Document {
	if first, ok := r.trusts[string(t)]; ok {
		return first
	}
	if len(r.trusts) < most {
		r.trusts[string(t)] = t
	}
	return t
}
