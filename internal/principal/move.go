package principal

// Move is a change of the name, path or tags of a principal, which the rules of a configuration
// match. CloudTrail records the requested values and not the earlier ones, except for the name.
type Move struct {
	// Was is the earlier name, empty if the name did not change.
	Was string
	// Path reports whether the path was set. The earlier one is unknown and may be the same.
	Path bool
	// Tags are the keys of the tags that were set or removed. Their earlier values are unknown.
	Tags []string
}

// IsZero reports whether nothing changed.
func (m Move) IsZero() bool { return m.Was == "" && !m.Path && len(m.Tags) == 0 }

// Made is the path and tags that a principal was created with, which rules match.
type Made struct {
	Name string
	Path string
	Tags map[string]string
}

// As returns the principal with the path and tags that it was created with.
func (m Made) As(s Snapshot) Snapshot {
	s.Name, s.Path, s.Tags = m.Name, m.Path, m.Tags
	return s
}
