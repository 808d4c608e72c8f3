package principal

// Move is a change of what the rules of a configuration go by: the name, the path or
// the tags of a principal. CloudTrail records what was asked for and not what was there
// before, so that only an old name is known.
type Move struct {
	// Was is the name before, empty where it stayed.
	Was string
	// Path reports whether the path was set. The earlier one is not known; it
	// may even have been the same.
	Path bool
	// Tags are the keys of the tags that were set or removed. Which values they had
	// before, if any, is not known.
	Tags []string
}

// IsZero reports whether nothing moved.
func (m Move) IsZero() bool { return m.Was == "" && !m.Path && len(m.Tags) == 0 }

// Made is what the rules of a configuration go by, as a principal was made with it.
type Made struct {
	Name string
	Path string
	Tags map[string]string
}

// As is the principal with what it was made with, and otherwise as it is.
func (m Made) As(s Snapshot) Snapshot {
	s.Name, s.Path, s.Tags = m.Name, m.Path, m.Tags
	return s
}
