package localaws

import (
	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/localaws/iam"
)

// Loaded is the result of [Server.Load].
type Loaded struct {
	Account   string
	Partition string
	// Assumed holds the ARNs of policies that are in use but have no document in the details.
	Assumed []string
	// Whole is set if the details list policies: then a policy that is not listed does not exist.
	// With --filter the list may be empty, so an empty list proves nothing.
	Whole bool
}

// Load adds the entities that were kept when the account was read: see [authdetails.Reader]. It
// makes no events.
func (s *Server) Load(part *authdetails.Part) Loaded {
	loaded := Loaded{Account: part.Details.Account, Partition: part.Details.Partition, Whole: len(part.Entities.Policies) > 0}
	s.SetPartition(loaded.Account, loaded.Partition)
	_ = s.IAM(loaded.Account).Edit(func(tx *iam.Tx) error {
		loaded.Assumed = tx.Load(&part.Entities)
		return nil
	})
	return loaded
}
