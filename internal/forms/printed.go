package forms

import (
	"encoding/json"
	"strings"
)

// printed parses a structure that was printed without quotes.
type printed struct {
	rest   string
	names  map[string]bool
	failed bool
}

// value parses one value, up to its end.
func (p *printed) value(depth int) []byte {
	switch {
	case depth > deepest || p.failed:
		return p.fail()
	case p.rest == "":
		return []byte(`""`)
	case p.rest[0] == '{' || p.rest[0] == '[':
		n, st := skip([]byte(p.rest))
		if st == whole && json.Valid([]byte(p.rest[:n])) {
			v := []byte(p.rest[:n])
			p.rest = p.rest[n:]
			return v
		}
		if p.rest[0] == '[' {
			return p.list(depth)
		}
		return p.object(depth)
	}
	return p.scalar()
}

func (p *printed) object(depth int) []byte {
	var b builder
	seen := map[string]bool{}
	for p.rest = p.rest[1:]; !p.failed && !strings.HasPrefix(p.rest, "}"); {
		name, after, found := strings.Cut(p.rest, "=")
		lower := strings.ToLower(name)
		if !found || !p.names[lower] || seen[lower] {
			return p.fail()
		}
		p.rest, seen[lower] = after, true
		value := p.value(depth + 1)
		if strings.HasSuffix(lower, "policydocument") && value[0] == '{' {
			value, _ = json.Marshal(string(value)) // CloudTrail writes documents as text
		}
		b.add(name, value)
		p.separator('}')
	}
	return p.close(b.done())
}

func (p *printed) list(depth int) []byte {
	out := []byte{'['}
	for p.rest = p.rest[1:]; !p.failed && !strings.HasPrefix(p.rest, "]"); p.separator(']') {
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(out, p.value(depth+1)...)
	}
	return p.close(append(out, ']'))
}

// scalar parses text up to a comma with a space, or the end of its container.
func (p *printed) scalar() []byte {
	end := len(p.rest)
	for _, stop := range []string{", ", "}", "]"} {
		if i := strings.Index(p.rest[:end], stop); i >= 0 {
			end = i
		}
	}
	text := p.rest[:end]
	p.rest = p.rest[end:]
	switch text {
	case "null", "true", "false":
		return []byte(text)
	}
	v, _ := json.Marshal(text)
	return v
}

func (p *printed) separator(closing byte) {
	switch {
	case strings.HasPrefix(p.rest, ", "):
		p.rest = p.rest[2:]
	case p.rest == "" || p.rest[0] != closing:
		p.fail()
	}
}

func (p *printed) close(value []byte) []byte {
	if p.failed || p.rest == "" {
		return p.fail()
	}
	p.rest = p.rest[1:]
	return value
}

func (p *printed) fail() []byte {
	p.failed = true
	return []byte("null")
}
