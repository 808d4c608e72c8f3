package config

import _ "embed"

//go:embed ringfence.schema.json
var schema string

// Schema is the JSON Schema of the configuration, for editors. It knows all that
// [Load] knows, but for what one place of the file says about another, repeated keys
// and YAML's aliases.
func Schema() string { return schema }
