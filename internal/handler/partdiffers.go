package handler

import (
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ownparts"
	"github.com/ringfence/ringfence/internal/tamper"
	"github.com/ringfence/ringfence/internal/target"
)

// comparison is shown in a finding instead of the name of a call.
const comparison = "TemplateComparison"

// partDiffers returns the work on a part of Ringfence that a sweep found to differ from the
// template. While the same properties differ it is reported once a day, like the drift that
// CloudFormation finds.
func partDiffers(f target.FollowUp, own tamper.Parts) ([]target.Work, error) {
	t := target.OfPart(ownparts.Difference{ARN: f.Detail.Target.ARN, Properties: []string{f.Detail.Target.Differs}})
	touch, ok := own.Drifted(t.ARN, t.Differs)
	if !ok {
		return nil, errclass.New(errclass.BadInput, "detail.target: %q is not a part of Ringfence, or no property differs", t.ARN)
	}
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(t.Differs))
	id := "differs-" + f.Time.UTC().Format(time.DateOnly) + "-" + strconv.FormatUint(sum.Sum64(), 16)
	region := strings.SplitN(t.ARN, ":", 6)[3] // it is one of the parts
	cause := target.Cause{Kind: target.Event, Event: finding.Event{ID: id, Name: comparison, Time: f.Time.UTC(), Region: region}, PartChange: &touch}
	return []target.Work{{Target: t, Causes: []target.Cause{cause}}}, nil
}
