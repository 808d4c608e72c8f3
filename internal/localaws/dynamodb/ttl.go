package dynamodb

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/value"
)

// updateTimeToLive takes effect at once; AWS needs up to an hour.
func (c Call) updateTimeToLive(in *dynamodb.UpdateTimeToLiveInput) (*dynamodb.UpdateTimeToLiveOutput, error) {
	t, err := c.named(in.TableName)
	if err != nil {
		return nil, err
	}
	spec := in.TimeToLiveSpecification
	if spec == nil || aws.ToString(spec.AttributeName) == "" {
		return nil, invalid("TimeToLiveSpecification must name an attribute")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	on := aws.ToBool(spec.Enabled)
	switch {
	case t.ttl != "" && t.ttl != *spec.AttributeName:
		return nil, invalid("TimeToLive is active on a different AttributeName: current AttributeName is %s", t.ttl)
	case on && t.ttl != "":
		return nil, invalid("TimeToLive is already enabled")
	case !on && t.ttl == "":
		return nil, invalid("TimeToLive is already disabled")
	}
	t.ttl = ""
	if on {
		t.ttl = *spec.AttributeName
	}
	return &dynamodb.UpdateTimeToLiveOutput{TimeToLiveSpecification: spec}, nil
}

func (c Call) describeTimeToLive(in *dynamodb.DescribeTimeToLiveInput) (*dynamodb.DescribeTimeToLiveOutput, error) {
	t, err := c.named(in.TableName)
	if err != nil {
		return nil, err
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	d := &types.TimeToLiveDescription{TimeToLiveStatus: types.TimeToLiveStatusDisabled}
	if t.ttl != "" {
		d.TimeToLiveStatus, d.AttributeName = types.TimeToLiveStatusEnabled, aws.String(t.ttl)
	}
	return &dynamodb.DescribeTimeToLiveOutput{TimeToLiveDescription: d}, nil
}

// Expire deletes expired items of all tables, and returns their number. Until it is called they
// stay, as on AWS, where they may stay for days.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
func (s *Service) Expire(now time.Time) (deleted int) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, t := range s.tables {
		deleted += t.expire(now)
	}
	return deleted
}

func (t *table) expire(now time.Time) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ttl == "" {
		return 0
	}
	var over []key
	for p, r := range t.rows.after(nil) {
		if expired(r.item[t.ttl], now) {
			over = append(over, key{p.hash, p.key, r.sort})
		}
	}
	for _, k := range over {
		t.rows.remove(k)
	}
	return len(over)
}

// expired reports whether a time to live has passed. It is a number of seconds. AWS ignores a time
// more than five years in the past.
func expired(v types.AttributeValue, now time.Time) bool {
	at, ok := v.(*types.AttributeValueMemberN)
	if !ok {
		return false
	}
	seconds := func(t time.Time) types.AttributeValue { return value.Int(t.Unix()) }
	fresh, okFresh := value.Compare(at, seconds(now.AddDate(-5, 0, 0)))
	over, okOver := value.Compare(at, seconds(now))
	return okFresh && okOver && fresh > 0 && over <= 0
}
