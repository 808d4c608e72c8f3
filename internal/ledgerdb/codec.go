package ledgerdb

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/ringfence/ringfence/internal/errclass"
)

func decode(item map[string]types.AttributeValue, into any) (version int64, err error) {
	if len(item) == 0 {
		return 0, nil
	}
	state, ok := item[stateAttribute].(*types.AttributeValueMemberS)
	count, isNumber := item[versionAttribute].(*types.AttributeValueMemberN)
	if !ok || !isNumber {
		return 0, errclass.New(errclass.Unknown, "reading the ledger: an item lacks %s or %s", stateAttribute, versionAttribute)
	}
	if version, err = strconv.ParseInt(count.Value, 10, 64); err != nil {
		return 0, errclass.New(errclass.Unknown, "reading the ledger: version %q is not a number", count.Value)
	}
	if err := json.Unmarshal([]byte(state.Value), into); err != nil {
		return 0, errclass.New(errclass.Unknown, "reading the ledger: %w", err)
	}
	return version, nil
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: fmt.Sprint(n)}
}
