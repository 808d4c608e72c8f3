package config

func (l *loader) boundaries(v value) {
	f, ok := v.mapping()
	if !ok {
		return
	}
	if len(f.node.Content) == 0 {
		v.problem("is empty")
	}
	for _, key := range f.keys {
		l.named[key] = -1
		v := f.values[key]
		if !name().MatchString(key) {
			v.problem("%q is not a name (%s)", key, nameWords)
		}
		if key == NoBoundary {
			v.problem("%q cannot be the name of a boundary: in a rule it means that none is required", key)
		}
		if b, ok := l.boundary(v, key); ok {
			l.named[key] = len(l.cfg.boundaries)
			l.cfg.boundaries, l.places = append(l.cfg.boundaries, b), append(l.places, v)
		}
	}
}

func (l *loader) boundary(v value, name string) (b boundary, ok bool) {
	f, ok := v.mapping("arn", "document")
	if !ok {
		return b, false
	}
	b.name = name
	known := l.boundaryARN(f, &b)
	if v, ok := f.get("document"); ok {
		b.approved = true
		l.document(v, &b)
	}
	return b, known
}

// boundaryARN reads the ARN of a boundary.
func (l *loader) boundaryARN(f fields, b *boundary) bool {
	v, ok := f.need("arn")
	if !ok {
		return false
	}
	text, ok := v.text()
	if !ok {
		return false
	}
	read, err := parseBoundaryARN(text)
	if err != nil {
		v.problem("%v", err)
		return false
	}
	b.arn, b.managed = read.template, read.managed
	if read.pinned != "" {
		l.warnf("boundary %q: account %s is read as %s, because a boundary is in the account of each principal", b.name, read.pinned, accountVar)
	}
	for _, other := range l.cfg.boundaries {
		if other.arn.expand(samplePartition, sampleAccount) == b.arn.expand(samplePartition, sampleAccount) {
			v.problem("is the same policy as in boundary %q", other.name)
		}
	}
	return true
}
