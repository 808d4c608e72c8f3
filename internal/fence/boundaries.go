package fence

import (
	"errors"
	"io/fs"
)

func (l *loader) boundaries(v value) {
	f, ok := v.mapping()
	if !ok {
		return
	}
	if len(f.node.Content) == 0 {
		v.fault("is empty")
	}
	for _, key := range f.keys {
		l.named[key] = -1
		v := f.values[key]
		if !name.MatchString(key) {
			v.fault("%q is not a name (%s)", key, nameWords)
		}
		if b, ok := l.boundary(v, key); ok {
			l.named[key] = len(l.fence.boundaries)
			l.fence.boundaries = append(l.fence.boundaries, b)
		}
	}
}

func (l *loader) boundary(v value, name string) (b boundary, ok bool) {
	f, ok := v.mapping("arn", "document")
	if !ok {
		return b, false
	}
	b.name = name
	if v, ok := f.get("document"); ok {
		b.document = l.document(v, &b)
	}
	arn, ok := f.need("arn")
	if !ok {
		return b, false
	}
	text, ok := arn.text()
	if !ok {
		return b, false
	}
	read, err := parseBoundaryARN(text)
	if err != nil {
		arn.fault("%v", err)
		return b, false
	}
	b.arn, b.managed = read.template, read.managed
	if read.pinned != "" {
		l.warnf("boundary %q: account %s is read as %s, since a boundary lives in each principal's own account", name, read.pinned, accountVar)
	}
	for _, other := range l.fence.boundaries {
		if other.arn.expand(samplePartition, sampleAccount) == b.arn.expand(samplePartition, sampleAccount) {
			arn.fault("is the same policy as that of boundary %q", other.name)
		}
	}
	return b, true
}

// document reads an approved document, and tells everything that keeps it from being a
// boundary.
func (l *loader) document(v value, b *boundary) []byte {
	path, ok := v.text()
	if !ok {
		return nil
	}
	if !fs.ValidPath(path) || path == "." {
		v.fault("%q is not a path below the configuration's own folder (as boundaries/team.json)", path)
		return nil
	}
	text, err := l.open(path)
	if err != nil {
		var perr *fs.PathError
		if errors.As(err, &perr) {
			err = perr.Err
		}
		v.fault("cannot read %q: %v", path, err)
		return nil
	}
	if b.policy, err = parseDocument(text); err != nil {
		v.fault("%s: %v", path, err)
	}
	return text
}
