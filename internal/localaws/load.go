package localaws

import (
	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/localaws/iam"
)

// Loaded is what [Server.Load] found.
type Loaded struct {
	Account   string
	Partition string
	// Assumed holds the ARNs of policies that are in use but whose documents the
	// details do not give.
	Assumed []string
	// Whole is set where the details list policies: then what they do not list is not there.
	// An empty list is what --filter leaves too.
	Whole bool
}

// Load puts an account in place whose entities were kept when it was read: see
// [authdetails.Reader]. It makes no events.
func (s *Server) Load(part *authdetails.Part) Loaded {
	loaded := Loaded{Account: part.Details.Account, Partition: part.Details.Partition, Whole: len(part.Entities.Policies) > 0}
	s.SetPartition(loaded.Account, loaded.Partition)
	_ = s.IAM(loaded.Account).Edit(func(tx *iam.Tx) error {
		loaded.Assumed = tx.Load(&part.Entities)
		return nil
	})
	return loaded
}
