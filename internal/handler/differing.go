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

// comparison is the name that a finding gives to what found it, in the place of a call.
const comparison = "TemplateComparison"

// differing is a part of Ringfence that a sweep found to differ from the template. It is told
// once a day while it differs in the same, as what CloudFormation finds is.
func differing(f target.FollowUp, own tamper.Own) ([]target.Work, error) {
	t := target.OfPart(ownparts.Difference{ARN: f.Detail.Target.ARN, Properties: []string{f.Detail.Target.Differs}})
	touch, ok := own.Differing(t.ARN, t.Differs)
	if !ok {
		return nil, errclass.New(errclass.BadInput, "detail.target: %q is no part of Ringfence that differs", t.ARN)
	}
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(t.Differs))
	id := "differs-" + f.Time.UTC().Format(time.DateOnly) + "-" + strconv.FormatUint(sum.Sum64(), 16)
	region := strings.SplitN(t.ARN, ":", 6)[3] // it is one of the parts
	cause := target.Cause{Kind: target.Event, Event: finding.Event{ID: id, Name: comparison, Time: f.Time.UTC(), Region: region}, Touch: &touch}
	return []target.Work{{Target: t, Causes: []target.Cause{cause}}}, nil
}
