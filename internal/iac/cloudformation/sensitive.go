package cloudformation

import (
	"maps"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/ringfence/ringfence/internal/iac"
)

// noEcho marks the value of a parameter that has NoEcho as sensitive. Anything but a clear false is taken
// for true. The reason for what is not known must not show the rest.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
func noEcho(name string, declaration *yaml.Node, v iac.Value) iac.Value {
	n := get(declaration, "NoEcho")
	if is, ok := scalar(n); n == nil || ok && (is == "false" || is == "False" || is == "FALSE") {
		return v
	}
	if _, known := v.Value(); !known {
		v.Why = "a part of the parameter " + name + " is known only after the deployment"
	}
	v.Sensitive = true
	return v
}

// shown returns a known value for a reason, or what stands for it if it is sensitive. It is empty if
// the value is not known.
func shown(v iac.Value) string {
	s, known := v.Value()
	switch {
	case !known:
		return ""
	case v.Sensitive:
		return iac.Hidden
	}
	return s
}

// pieces returns parts of a known value as a list. They are as sensitive as the whole.
func pieces(of iac.Value, parts []string) (all list) {
	for _, part := range parts {
		one := iac.Known(part)
		one.Sensitive = of.Sensitive
		all = append(all, one)
	}
	return all
}

// isSensitive reports whether a value has a part that is sensitive.
func isSensitive(v any) bool {
	switch v := v.(type) {
	case iac.Value:
		return v.Sensitive
	case list:
		return slices.ContainsFunc(v, isSensitive)
	case object:
		return slices.ContainsFunc(slices.Collect(maps.Values(v)), isSensitive)
	}
	return false
}
