package config

import _ "embed"

//go:embed ringfence.schema.json
var schema string

// Schema returns the JSON Schema of the configuration, for editors. It checks what [Load] checks except
// references within the file, repeated keys and YAML aliases.
func Schema() string { return schema }
