package authdetails

// words keeps strings that many entities have, each once: an account of 100,000 principals has
// few paths, tags and attached policies, and says them again with each.
type words map[string]string

// most is how many are kept. What comes after that is kept by its entity.
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

// trust is a trust policy, of which most are the same: that a service may assume the role.
func (r *Reader) trust(t Document) Document {
	if first, ok := r.trusts[string(t)]; ok {
		return first
	}
	if len(r.trusts) < most {
		r.trusts[string(t)] = t
	}
	return t
}
