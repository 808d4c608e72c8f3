package wire

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"time"
)

// maxDepth limits how deep a form's dotted keys nest; no API here needs more than six.
const maxDepth = 12

// node is a node of a form as a tree: the key Tags.member.1.Key is four nodes deep.
type node struct {
	value    string
	set      bool
	children map[string]*node
}

// parseForm reads an application/x-www-form-urlencoded body.
func parseForm(form url.Values) (*node, error) {
	root := &node{}
	for key, values := range form {
		at := root
		depth := 0
		for part := range strings.SplitSeq(key, ".") {
			if depth++; depth > maxDepth {
				return nil, Errorf(http.StatusBadRequest, "MalformedQueryString", "parameter %.80q nests too deep", key)
			}
			if at.children == nil {
				at.children = map[string]*node{}
			}
			next := at.children[part]
			if next == nil {
				next = &node{}
				at.children[part] = next
			}
			at = next
		}
		at.value, at.set = values[0], true
	}
	return root, nil
}

// list returns the elements of a list or map in the order of their numbers, with (Tags.member.1,
// Attributes.entry.1) or without (Tags.1) a wrapper in the form.
func (n *node) list() []*node {
	for _, wrapper := range []string{"member", "entry"} {
		if inner := n.children[wrapper]; inner != nil {
			n = inner
			break
		}
	}
	type numbered struct {
		number int
		node   *node
	}
	var found []numbered
	for key, child := range n.children {
		if number, err := strconv.Atoi(key); err == nil {
			found = append(found, numbered{number, child})
		}
	}
	sort.Slice(found, func(i, j int) bool { return found[i].number < found[j].number })
	nodes := make([]*node, len(found))
	for i := range found {
		nodes[i] = found[i].node
	}
	return nodes
}

func (n *node) child(names ...string) *node {
	for _, name := range names {
		if c := n.children[name]; c != nil {
			return c
		}
	}
	return &node{}
}

// DecodeQuery fills the struct that input points to from a Query request's form. Unknown
// parameters are ignored, as in AWS.
func DecodeQuery(form url.Values, input any) error {
	root, err := parseForm(form)
	if err != nil {
		return err
	}
	return decodeNode(root, reflect.ValueOf(input).Elem(), "")
}

func decodeNode(n *node, v reflect.Value, name string) error {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return decodeNode(n, v.Elem(), name)
	case reflect.Struct:
		if v.Type() == timeType {
			return decodeTime(n.value, v, name)
		}
		for _, f := range fieldsOf(v.Type()) {
			child := n.children[f.name]
			if child == nil {
				continue
			}
			if err := decodeNode(child, v.Field(f.index), f.name); err != nil {
				return err
			}
		}
		return nil
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return decodeBlob(n.value, v, name)
		}
		elements := n.list()
		v.Set(reflect.MakeSlice(v.Type(), len(elements), len(elements)))
		for i, element := range elements {
			if err := decodeNode(element, v.Index(i), name); err != nil {
				return err
			}
		}
		return nil
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for _, entry := range n.list() {
			key := reflect.New(v.Type().Key()).Elem()
			key.SetString(entry.child("key", "Name").value)
			value := reflect.New(v.Type().Elem()).Elem()
			if err := decodeNode(entry.child("value", "Value"), value, name); err != nil {
				return err
			}
			v.SetMapIndex(key, value)
		}
		return nil
	default:
		return decodeScalar(n.value, v, name)
	}
}

func decodeScalar(s string, v reflect.Value, name string) error {
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Bool:
		b, err := strconv.ParseBool(s)
		if err != nil {
			return invalid(name, s, "a boolean")
		}
		v.SetBool(b)
	case reflect.Int32, reflect.Int64:
		i, err := strconv.ParseInt(s, 10, v.Type().Bits())
		if err != nil {
			return invalid(name, s, "a whole number")
		}
		v.SetInt(i)
	case reflect.Float64:
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return invalid(name, s, "a number")
		}
		v.SetFloat(f)
	}
	return nil
}

func decodeTime(s string, v reflect.Value, name string) error {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return invalid(name, s, "a time")
	}
	v.Set(reflect.ValueOf(t))
	return nil
}

func decodeBlob(s string, v reflect.Value, name string) error {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return invalid(name, s, "base64")
	}
	v.SetBytes(b)
	return nil
}

func invalid(name, value, want string) error {
	return Errorf(http.StatusBadRequest, "ValidationError", "Value %.80q at %q failed to satisfy constraint: it must be %s", value, lowerFirst(name), want)
}
