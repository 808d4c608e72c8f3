package dynamodb

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/value"
)

// keyAttribute is an attribute of a table's key, and its type: S, N or B.
type keyAttribute struct{ name, kind string }

// schema is a table's key: the partition key, then the sort key if there is one.
type schema []keyAttribute

const mismatch = value.Invalid("The provided key element does not match the schema")

// newSchema checks the key of a new table.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
func newSchema(elements []types.KeySchemaElement, definitions []types.AttributeDefinition) (schema, error) {
	kinds := map[string]string{}
	for _, d := range definitions {
		kinds[aws.ToString(d.AttributeName)] = string(d.AttributeType)
	}
	if len(elements) < 1 || len(elements) > 2 {
		return nil, outside(len(elements), "keySchema", "Member must have length between 1 and 2")
	}
	var s schema
	for i, e := range elements {
		name := aws.ToString(e.AttributeName)
		kind, ok := kinds[name]
		switch {
		case i == 0 && e.KeyType != types.KeyTypeHash:
			return nil, invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
		case i == 1 && e.KeyType != types.KeyTypeRange:
			return nil, invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
		case i == 1 && name == s[0].name:
			return nil, invalid("Both the Hash Key and the Range Key element in the KeySchema have the same name")
		case !ok:
			return nil, invalid("One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions: %s", name)
		case kind != "S" && kind != "N" && kind != "B":
			return nil, outside(kind, "attributeDefinitions.member.attributeType", "Member must satisfy enum value set: [B, N, S]")
		}
		s = append(s, keyAttribute{name, kind})
	}
	if len(s) != len(definitions) {
		return nil, invalid("One or more parameter values were invalid: Number of attributes in KeySchema does not " +
			"exactly match number of attributes defined in AttributeDefinitions")
	}
	return s, nil
}

// ofItem returns the place of an item to put.
func (s schema) ofItem(item value.Item) (key, error) {
	for _, a := range s {
		v := item[a.name]
		if v == nil {
			return key{}, invalid("One or more parameter values were invalid: Missing the key %s in the item", a.name)
		}
		if actual := value.TypeOf(v); actual != a.kind {
			return key{}, invalid("One or more parameter values were invalid: Type mismatch for key %s expected: %s actual: %s", a.name, a.kind, actual)
		}
	}
	return s.place(item)
}

// ofKey returns the place of a key, which must have all key attributes and no others.
func (s schema) ofKey(item value.Item) (key, error) {
	if len(item) != len(s) {
		return key{}, mismatch
	}
	for _, a := range s {
		if value.TypeOf(item[a.name]) != a.kind {
			return key{}, mismatch
		}
	}
	if err := value.CheckItem(item); err != nil {
		return key{}, err
	}
	return s.place(item)
}

// place returns the place for key attributes of the right types.
func (s schema) place(item value.Item) (key, error) {
	texts := [2]string{}
	for i, a := range s {
		text := value.Key(item[a.name])
		switch {
		case text == "" && a.kind == "S":
			return key{}, invalid("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: %s", a.name)
		case text == "" && a.kind == "B":
			return key{}, invalid("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty binary value. Key: %s", a.name)
		case i == 0 && len(text) > 2048:
			return key{}, invalid("One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes")
		case i == 1 && len(text) > 1024:
			return key{}, invalid("One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes")
		}
		texts[i] = text
	}
	return newKey(texts[0], texts[1]), nil
}

// of returns the key attributes of an item.
func (s schema) of(item value.Item) value.Item {
	k := make(value.Item, len(s))
	for _, a := range s {
		k[a.name] = item[a.name]
	}
	return k
}
