package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"math"
	"net/http"
	"reflect"
	"strings"
	"time"
)

// DecodeJSON fills the struct that input points to from an AWS JSON request. Unknown members are
// ignored.
func DecodeJSON(body []byte, input any) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return Errorf(http.StatusBadRequest, "SerializationException", "the request is not JSON: %v", err)
	}
	if _, ok := value.(map[string]any); !ok {
		return Errorf(http.StatusBadRequest, "SerializationException", "the request is not a JSON object")
	}
	return assign(value, reflect.ValueOf(input).Elem(), "request")
}

func assign(value any, v reflect.Value, name string) error {
	if value == nil {
		return nil
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return assign(value, v.Elem(), name)
	case reflect.Struct:
		if v.Type() == timeType {
			return assignTime(value, v, name)
		}
		return assignStruct(value, v, name)
	case reflect.Slice:
		return assignSlice(value, v, name)
	case reflect.Map:
		return assignMap(value, v, name)
	case reflect.Interface:
		return assignUnion(value, v, name)
	case reflect.String:
		if s, ok := value.(string); ok {
			v.SetString(s)
			return nil
		}
	case reflect.Bool:
		if b, ok := value.(bool); ok {
			v.SetBool(b)
			return nil
		}
	case reflect.Int32, reflect.Int64:
		if number, ok := value.(json.Number); ok {
			if i, err := number.Int64(); err == nil && !v.OverflowInt(i) {
				v.SetInt(i)
				return nil
			}
		}
	case reflect.Float64:
		if number, ok := value.(json.Number); ok {
			if f, err := number.Float64(); err == nil {
				v.SetFloat(f)
				return nil
			}
		}
	}
	return mistyped(name, v)
}

func assignStruct(value any, v reflect.Value, name string) error {
	object, ok := value.(map[string]any)
	if !ok {
		return mistyped(name, v)
	}
	for _, f := range fieldsOf(v.Type()) {
		member, ok := object[f.name]
		if !ok {
			member, ok = object[f.lower]
		}
		if !ok {
			continue
		}
		if err := assign(member, v.Field(f.index), f.name); err != nil {
			return err
		}
	}
	return nil
}

func assignSlice(value any, v reflect.Value, name string) error {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		s, ok := value.(string)
		if !ok {
			return mistyped(name, v)
		}
		b, err := base64.StdEncoding.DecodeString(s)
		if err != nil {
			return mistyped(name, v)
		}
		v.SetBytes(b)
		return nil
	}
	elements, ok := value.([]any)
	if !ok {
		return mistyped(name, v)
	}
	v.Set(reflect.MakeSlice(v.Type(), len(elements), len(elements)))
	for i, element := range elements {
		if err := assign(element, v.Index(i), name); err != nil {
			return err
		}
	}
	return nil
}

func assignMap(value any, v reflect.Value, name string) error {
	object, ok := value.(map[string]any)
	if !ok {
		return mistyped(name, v)
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(object)))
	for key, member := range object {
		element := reflect.New(v.Type().Elem()).Elem()
		if err := assign(member, element, name+"."+key); err != nil {
			return err
		}
		v.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), element)
	}
	return nil
}

// assignTime reads seconds since the epoch, the form of times in AWS JSON.
func assignTime(value any, v reflect.Value, name string) error {
	number, ok := value.(json.Number)
	if !ok {
		return mistyped(name, v)
	}
	seconds, err := number.Float64()
	if err != nil || math.Abs(seconds) > 1e11 {
		return mistyped(name, v)
	}
	whole, fraction := math.Modf(seconds)
	v.Set(reflect.ValueOf(time.Unix(int64(whole), int64(math.Round(fraction*1e3))*1e6).UTC()))
	return nil
}

func mistyped(name string, v reflect.Value) error {
	kind := strings.TrimPrefix(v.Type().String(), "types.")
	return Errorf(http.StatusBadRequest, "SerializationException", "%s cannot be read as %s", name, kind)
}
