package audit

import (
	"context"
	"time"

	"github.com/ringfence/ringfence/internal/principal"
)

// expiringWithin is how long before its end an exemption is reported as expiring.
const expiringWithin = 30 * 24 * time.Hour

// exemptions reports on the exemptions for principals of this account.
func (o *accountAudit) exemptions(ctx context.Context) {
	for _, e := range o.Config.Exemptions() {
		arn := e.In(o.details.Partition, o.details.Account)
		ref, err := principal.Parse(arn)
		if err != nil || ref.Account != o.details.Account {
			continue
		}
		x := Exemption{Principal: arn, Account: ref.Account, Owner: e.Owner, Reason: e.Reason, Expires: e.Expires, State: "used"}
		s, err := o.directory.Principal(ctx, ref)
		switch {
		case err != nil && !o.all:
			x.State = unknown // its principal may not have been read
		case err != nil || s.ARN() != arn:
			x.State = "nobody"
		case e.ID != "" && e.ID != s.ID:
			x.State = "another"
		case !o.Now.Before(e.Expires):
			x.State = "expired"
		case !o.Now.Add(expiringWithin).Before(e.Expires):
			x.State = "expiring"
		}
		o.report.Exemptions = append(o.report.Exemptions, x)
	}
}
