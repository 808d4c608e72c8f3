package wire

import (
	"reflect"
	"sync"
	"time"
)

var timeType = reflect.TypeFor[time.Time]()

// field is one member of an API structure.
type field struct {
	index int
	name  string // as in the API: RoleName
	lower string // as in CloudTrail: roleName
}

// oddNames are the wire names that differ from the SDK's.
var oddNames = map[string]string{
	"ListDeadLetterSourceQueuesOutput.QueueUrls": "queueUrls",
}

var plans sync.Map // reflect.Type → []field

// fieldsOf returns the members of an SDK struct: its exported fields, without the middleware's
// own.
func fieldsOf(t reflect.Type) []field {
	if plan, ok := plans.Load(t); ok {
		return plan.([]field)
	}
	var plan []field
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() || f.Name == "ResultMetadata" {
			continue
		}
		name := f.Name
		if odd, ok := oddNames[t.Name()+"."+name]; ok {
			name = odd
		}
		plan = append(plan, field{index: i, name: name, lower: lowerFirst(name)})
	}
	plans.Store(t, plan)
	return plan
}

// lowerFirst returns a member's name as CloudTrail writes it: only the first letter changes, which
// also gives odd names such as aWSServiceName.
func lowerFirst(s string) string {
	if s == "" || s[0] < 'A' || s[0] > 'Z' {
		return s
	}
	return string(s[0]+'a'-'A') + s[1:]
}
