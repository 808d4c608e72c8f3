package wire

import (
	"net/http"
	"reflect"
	"strings"
	"sync"
)

var unions sync.Map // reflect.Type of the interface → map[string]reflect.Type of its members

// Union registers a union of the SDK: an interface and one value of each member type. The SDK
// names a member after the union (AttributeValueMemberS), and keeps its content in the field
// Value. On the wire it is an object with one entry.
// https://smithy.io/2.0/spec/aggregate-types.html#union
func Union[U any](members ...U) {
	union := reflect.TypeFor[U]()
	types := make(map[string]reflect.Type, len(members))
	for _, m := range members {
		t := reflect.TypeOf(m).Elem()
		types[memberName(t)] = t
	}
	unions.Store(union, types)
}

// memberName returns a union member's name on the wire: S for AttributeValueMemberS.
func memberName(t reflect.Type) string {
	_, name, _ := strings.Cut(t.Name(), "Member")
	return name
}

// assignUnion reads a union. Its errors are DynamoDB's, the only service with a union.
func assignUnion(value any, v reflect.Value, name string) error {
	members, known := unions.Load(v.Type())
	object, ok := value.(map[string]any)
	if !known || !ok {
		return mistyped(name, v)
	}
	union := v.Type().Name()
	for key, inner := range object {
		t, ok := members.(map[string]reflect.Type)[key]
		if !ok || inner == nil {
			continue
		}
		if !v.IsNil() {
			return Errorf(http.StatusBadRequest, "ValidationException",
				"Supplied %s has more than one datatypes set, must contain exactly one of the supported datatypes", union)
		}
		member := reflect.New(t)
		if err := assign(inner, member.Elem().FieldByName("Value"), name+"."+key); err != nil {
			return err
		}
		v.Set(member)
	}
	if v.IsNil() {
		return Errorf(http.StatusBadRequest, "ValidationException",
			"Supplied %s is empty, must contain exactly one of the supported datatypes", union)
	}
	return nil
}

// union writes the set member.
func (w *writer) union(v reflect.Value) {
	if v.IsNil() {
		w.buf.WriteString("null")
		return
	}
	member := v.Elem().Elem()
	w.buf.WriteString(`{"`)
	w.buf.WriteString(memberName(member.Type()))
	w.buf.WriteString(`":`)
	w.value(member.FieldByName("Value"))
	w.buf.WriteByte('}')
}
