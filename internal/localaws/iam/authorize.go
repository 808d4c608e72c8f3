package iam

import (
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// Authorization returns the resource of a call's input, and the IAM condition keys of the call:
// iam:PermissionsBoundary if the call sets a boundary or the principal has one, iam:PolicyARN,
// aws:RequestTag/… and aws:TagKeys.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
func (tx *Tx) Authorization(input any) (resource string, conditions map[string][]string) {
	in := inputFields{reflect.ValueOf(input).Elem()}
	operation := strings.TrimSuffix(in.Type().Name(), "Input")
	conditions = map[string][]string{}
	resource = "*"
	var entity *Entity
	switch {
	case in.text("RoleName") != "":
		resource, entity = tx.entityARN(KindRole, "role", in)
	case in.text("UserName") != "" && in.text("GroupName") == "":
		resource, entity = tx.entityARN(KindUser, "user", in)
	case in.text("GroupName") != "":
		resource, entity = tx.entityARN(KindGroup, "group", in)
	case in.text("PolicyArn") != "":
		resource = in.text("PolicyArn")
	case operation == "CreatePolicy":
		resource = tx.ARNOf("policy", or(in.text("Path"), "/"), in.text("PolicyName"))
	}
	if boundary := in.text("PermissionsBoundary"); boundary != "" {
		conditions["iam:PermissionsBoundary"] = []string{boundary}
	} else if entity != nil && entity.Boundary != "" && boundaryConditioned(operation) {
		conditions["iam:PermissionsBoundary"] = []string{entity.Boundary}
	}
	if strings.HasPrefix(operation, "Attach") || strings.HasPrefix(operation, "Detach") {
		conditions["iam:PolicyARN"] = []string{in.text("PolicyArn")}
	}
	in.tags(conditions)
	if entity != nil {
		for _, tag := range entity.Tags {
			conditions["iam:ResourceTag/"+tag.Key] = []string{tag.Value}
			conditions["aws:ResourceTag/"+tag.Key] = []string{tag.Value}
		}
	}
	return resource, conditions
}

// boundaryConditioned reports whether an operation on a user or role has the condition key
// iam:PermissionsBoundary although it sets no boundary.
func boundaryConditioned(operation string) bool {
	for _, verb := range []string{"Attach", "Detach", "Put", "Delete"} {
		for _, rest := range []string{"UserPolicy", "RolePolicy", "UserPermissionsBoundary", "RolePermissionsBoundary"} {
			if operation == verb+rest {
				return true
			}
		}
	}
	return false
}

func (tx *Tx) entityARN(kind Kind, resource string, in inputFields) (string, *Entity) {
	name := in.text(title(kind) + "Name")
	if e := tx.Entity(kind, name); e != nil {
		return e.ARN, e
	}
	return tx.ARNOf(resource, or(in.text("Path"), "/"), name), nil
}

// inputFields reads fields of any operation's input.
type inputFields struct{ reflect.Value }

func (in inputFields) text(name string) string {
	if s, ok := in.member(name).(*string); ok && s != nil {
		return *s
	}
	return ""
}

func (in inputFields) member(name string) any {
	if f := in.FieldByName(name); f.IsValid() {
		return f.Interface()
	}
	return nil
}

func (in inputFields) tags(conditions map[string][]string) {
	var keys []string
	if tags, ok := in.member("Tags").([]types.Tag); ok {
		for _, tag := range tags {
			if tag.Key != nil && tag.Value != nil {
				keys = append(keys, *tag.Key)
				conditions["aws:RequestTag/"+*tag.Key] = []string{*tag.Value}
			}
		}
	}
	if untag, ok := in.member("TagKeys").([]string); ok {
		keys = append(keys, untag...)
	}
	if len(keys) > 0 {
		conditions["aws:TagKeys"] = keys
	}
}
