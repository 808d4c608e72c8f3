package replay

import (
	"slices"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/localaws/iam"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/trail"
)

// takeBack changes a loaded account to what is known about it before the log: principals that the log created are
// removed, and boundaries that it changed are unknown. It returns the contradictions between the log and the state.
func (t *told) takeBack(c *cloud, d *authdetails.Details) (contradictions []string) {
	log := c.account(trail.Record{Account: d.Account, Partition: d.Partition})
	for i := range d.Principals {
		p := &d.Principals[i]
		of := t.of[name(p.Ref)]
		if why := t.contradiction(p, of); why != "" {
			contradictions = append(contradictions, why)
		}
		switch after := !t.taken.IsZero() && p.Created.After(t.begin); {
		case after, of != nil && (of.renamed || !of.made.IsZero() || !of.deleted.IsZero()):
			remove(c, p.Ref)
		case of != nil && of.boundary != nil:
			log.Presuppose(iam.Kind(p.Kind), p.Name)
		}
	}
	for _, arn := range sortedKeys(t.policies) {
		if _, ok := d.Policy(arn); ok && t.policies[arn] {
			t.takeBackPolicy(c, d.Account, arn)
		}
	}
	return contradictions
}

func remove(c *cloud, ref principal.Ref) {
	_ = c.server.IAM(ref.Account).Edit(func(tx *iam.Tx) error {
		if ref.Kind == principal.User {
			tx.RemoveUser(ref.Name)
		} else {
			tx.RemoveRole(ref.Name)
		}
		return nil
	})
}

// takeBackPolicy keeps the versions of a policy from before the log. Which of several was the default is unknown: a
// boundary policy gets its approved document, and any other policy an unknown one.
func (t *told) takeBackPolicy(c *cloud, id, arn string) {
	document, note := c.approved(id, arn), ", before the log with its approved document"
	if document == nil {
		note = " (document before the log unknown)"
	}
	_ = c.server.IAM(id).Edit(func(tx *iam.Tx) error {
		after := func(v iam.Version) bool { return v.Created.After(t.begin) }
		if p := tx.Policy(arn); p != nil && p.Created.After(t.begin) {
			tx.RemovePolicy(arn)
			return nil
		}
		return tx.EditPolicy(arn, func(p *iam.Policy) error {
			p.Versions = slices.DeleteFunc(p.Versions, after)
			if len(p.Versions) == 1 {
				p.Default = p.Versions[0].ID
				return nil
			}
			p.Add("", string(document), true, t.begin)
			c.assumed = append(c.assumed, "policy "+arn+note)
			return nil
		})
	})
}
