package dynamodb

import (
	"iter"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/expr"
	"github.com/ringfence/ringfence/internal/localaws/dynamodb/value"
)

// maxPage is the maximum number of bytes that a query or scan reads at a time, before any filter.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
const maxPage = 1 << 20

// reading holds what queries and scans have in common.
type reading struct {
	limit      *int32
	filter     expr.Condition
	projection expr.Projection
	countOnly  bool
}

// page is one answer.
type page struct {
	items          []map[string]types.AttributeValue
	count, scanned int32
	last           value.Item // the key from which to continue; nil at the end
}

// newReading checks the parameters that queries and scans share.
func newReading(r *expr.Request, limit *int32, filter, projection *string, what types.Select, index *string) (reading, error) {
	switch {
	case index != nil:
		return reading{}, legacy(map[string]bool{"IndexName": true})
	case limit != nil && *limit < 1:
		return reading{}, outside(*limit, "limit", "Member must have value greater than or equal to 1")
	case what == types.SelectAllProjectedAttributes:
		return reading{}, invalid("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
	case projection == nil && what == types.SelectSpecificAttributes:
		return reading{}, invalid("Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES")
	case projection != nil && what != "" && what != types.SelectSpecificAttributes:
		return reading{}, invalid("Cannot specify the ProjectionExpression when choosing to get %s", what)
	}
	f, err := r.Condition("FilterExpression", filter)
	if err != nil {
		return reading{}, err
	}
	p, err := r.Projection(projection)
	return reading{limit, f, p, what == types.SelectCount}, err
}

// page reads rows up to the limit or the maximum of a page. If it stops at the limit, it returns a
// key to continue from even if no rows follow, because it does not read further.
func (r reading) page(s schema, rows iter.Seq[*row]) page {
	out := page{}
	if !r.countOnly {
		out.items = []map[string]types.AttributeValue{}
	}
	size := 0
	var last value.Item
	for row := range rows {
		if size += row.size; size > maxPage && last != nil {
			out.last = s.of(last)
			break
		}
		last = row.item
		out.scanned++
		if r.filter.Holds(row.item) {
			out.count++
			if !r.countOnly {
				out.items = append(out.items, r.projection.Of(row.item))
			}
		}
		if r.limit != nil && out.scanned >= *r.limit {
			out.last = s.of(last)
			break
		}
	}
	return out
}
