package dynamodb

import (
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// backedUp returns a table for an operation on backups.
func (c Call) backedUp(name *string) (*table, error) {
	if t := c.find(name); t != nil {
		return t, nil
	}
	return nil, wire.Errorf(http.StatusBadRequest, "TableNotFoundException", "Table not found: %s", c.place(name).name)
}

// updateContinuousBackups stores whether backups are enabled. It makes no backups.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContinuousBackups.html
func (c Call) updateContinuousBackups(in *dynamodb.UpdateContinuousBackupsInput) (*dynamodb.UpdateContinuousBackupsOutput, error) {
	t, err := c.backedUp(in.TableName)
	if err != nil {
		return nil, err
	}
	spec := in.PointInTimeRecoverySpecification
	if spec == nil || spec.PointInTimeRecoveryEnabled == nil {
		return nil, invalid("PointInTimeRecoverySpecification must say whether recovery is enabled")
	}
	days := int32(35)
	if spec.RecoveryPeriodInDays != nil {
		days = *spec.RecoveryPeriodInDays
	}
	if days < 1 || days > 35 {
		return nil, outside(days, "pointInTimeRecoverySpecification.recoveryPeriodInDays", "Member must have value between 1 and 35")
	}
	t.mu.Lock()
	switch {
	case !*spec.PointInTimeRecoveryEnabled:
		t.saved = time.Time{}
	case t.saved.IsZero():
		t.saved = c.Time
	}
	t.days = days
	t.mu.Unlock()
	return &dynamodb.UpdateContinuousBackupsOutput{ContinuousBackupsDescription: t.backups(c.Time)}, nil
}

func (c Call) describeContinuousBackups(in *dynamodb.DescribeContinuousBackupsInput) (*dynamodb.DescribeContinuousBackupsOutput, error) {
	t, err := c.backedUp(in.TableName)
	if err != nil {
		return nil, err
	}
	return &dynamodb.DescribeContinuousBackupsOutput{ContinuousBackupsDescription: t.backups(c.Time)}, nil
}

// lag is the typical age of the newest backup.
const lag = 5 * time.Minute

func (t *table) backups(now time.Time) *types.ContinuousBackupsDescription {
	t.mu.RLock()
	defer t.mu.RUnlock()
	p := &types.PointInTimeRecoveryDescription{PointInTimeRecoveryStatus: types.PointInTimeRecoveryStatusDisabled}
	if !t.saved.IsZero() {
		earliest, latest := t.saved, now.Add(-lag)
		if limit := now.AddDate(0, 0, -int(t.days)); earliest.Before(limit) {
			earliest = limit
		}
		if latest.Before(earliest) {
			latest = earliest
		}
		p = &types.PointInTimeRecoveryDescription{
			PointInTimeRecoveryStatus: types.PointInTimeRecoveryStatusEnabled, RecoveryPeriodInDays: aws.Int32(t.days),
			EarliestRestorableDateTime: aws.Time(earliest), LatestRestorableDateTime: aws.Time(latest),
		}
	}
	return &types.ContinuousBackupsDescription{
		ContinuousBackupsStatus: types.ContinuousBackupsStatusEnabled, PointInTimeRecoveryDescription: p,
	}
}
