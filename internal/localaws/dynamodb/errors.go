package dynamodb

import (
	"errors"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/value"
	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// Spaces are the namespaces of errors outside the service's own.
var Spaces = map[string]string{
	"ValidationException":    "com.amazon.coral.validate",
	"SerializationException": "com.amazon.coral.service",
	"ThrottlingException":    "com.amazon.coral.availability",
}

// Codes are this service's names for errors common to all services.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
var Codes = map[string]string{"Throttling": "ThrottlingException", "ServiceFailure": "InternalServerError"}

// checked makes an operation answer ValidationException for an invalid value or expression.
func checked[I, O any](handler func(Call, *I) (*O, error)) func(Call, *I) (*O, error) {
	return func(c Call, in *I) (*O, error) {
		out, err := handler(c, in)
		var refused value.Invalid
		if errors.As(err, &refused) {
			err = invalid("%s", refused)
		}
		return out, err
	}
}

func invalid(format string, args ...any) error {
	return wire.Errorf(http.StatusBadRequest, "ValidationException", format, args...)
}

// outside returns AWS's error for a parameter that violates a constraint.
func outside(value any, member, constraint string) error {
	return invalid("1 validation error detected: Value '%v' at '%s' failed to satisfy constraint: %s", value, member, constraint)
}

// noTable returns the error of operations on items.
func noTable() error {
	return wire.Errorf(http.StatusBadRequest, "ResourceNotFoundException", "Requested resource not found")
}

// noSuchTable returns the error of operations on tables.
func noSuchTable(name string) error {
	return wire.Errorf(http.StatusBadRequest, "ResourceNotFoundException", "Requested resource not found: Table: %s not found", name)
}

// conditionFailed returns the error for a failed condition, with the item if it was requested.
func conditionFailed(item value.Item, returned types.ReturnValuesOnConditionCheckFailure) error {
	e := wire.Errorf(http.StatusBadRequest, "ConditionalCheckFailedException", "The conditional request failed")
	if returned == types.ReturnValuesOnConditionCheckFailureAllOld && item != nil {
		e.Members = &struct{ Item value.Item }{item}
	}
	return e
}

// legacy refuses parameters that are set but not served: those that expressions have replaced, and
// secondary indexes.
func legacy(set map[string]bool) error {
	for name, is := range set {
		if is {
			return invalid("localaws does not serve the parameter %s", name)
		}
	}
	return nil
}
