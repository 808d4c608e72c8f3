package localaws

import (
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

// Load puts an account in place from the JSON that aws iam
// get-account-authorization-details prints. Documents may be objects or strings,
// percent-encoded or not. It makes no events.
func (s *Server) Load(data []byte) (Loaded, error) {
	details, account, partition, err := iam.ParseDetails(data)
	if err != nil {
		return Loaded{}, err
	}
	s.SetPartition(account, partition)
	loaded := Loaded{Account: account, Partition: partition, Whole: len(details.Policies) > 0}
	return loaded, s.IAM(account).Edit(func(tx *iam.Tx) error {
		loaded.Assumed = tx.Load(details)
		return nil
	})
}
