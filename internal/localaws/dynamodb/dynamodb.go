// Package dynamodb is a table store in memory that answers as Amazon DynamoDB does: items with
// conditions, updates, queries and scans in pages, and time to live. Tables have no secondary
// indexes and no streams. The legacy parameters that expressions replaced are refused. Answers do
// not include consumed capacity.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html
package dynamodb

import (
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// Service holds the tables of all accounts and regions.
type Service struct {
	ids *wire.IDs

	mu     sync.RWMutex
	tables map[place]*table
}

// place identifies a table.
type place struct{ partition, account, region, name string }

// New returns the service.
func New(ids *wire.IDs) *Service {
	wire.Union[types.AttributeValue](
		&types.AttributeValueMemberS{}, &types.AttributeValueMemberN{}, &types.AttributeValueMemberB{},
		&types.AttributeValueMemberBOOL{}, &types.AttributeValueMemberNULL{},
		&types.AttributeValueMemberM{}, &types.AttributeValueMemberL{},
		&types.AttributeValueMemberSS{}, &types.AttributeValueMemberNS{}, &types.AttributeValueMemberBS{},
	)
	return &Service{ids: ids, tables: map[place]*table{}}
}

// Call is one request to the service.
type Call struct {
	*Service
	*wire.Call
}

// Operations are the operations served. Those on items are data events, which trails do not
// record.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/logging-using-cloudtrail.html
var Operations = wire.Table(
	wire.Write(checked(Call.createTable)), wire.Write(checked(Call.deleteTable)),
	wire.Read(checked(Call.describeTable)), wire.Read(checked(Call.listTables)),
	wire.Write(checked(Call.updateTimeToLive)), wire.Read(checked(Call.describeTimeToLive)),
	wire.Write(checked(Call.updateContinuousBackups)), wire.Read(checked(Call.describeContinuousBackups)),
	wire.Data(checked(Call.getItem)), wire.Data(checked(Call.putItem)), wire.Data(checked(Call.updateItem)),
	wire.Data(checked(Call.deleteItem)), wire.Data(checked(Call.query)), wire.Data(checked(Call.scan)),
)
