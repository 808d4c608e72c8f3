package exposure

import (
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// AccountScope is the account that witnesses are to be in.
type AccountScope struct{ Partition, Account string }

// The partition and account that package compare invents if the documents leave them open.
const (
	samplePartition = "aws"
	sampleAccount   = "123456789012"
)

// witness returns a witness whose resource is in the principal's account. If the documents
// leave the account open, package compare invents one, and a request on a resource in another
// account would be a different question. The witness stays as it is if the moved one no longer
// proves the same: that each set in allow allows it, and not does not.
func (h AccountScope) witness(w *compare.Witness, not *compare.Compiled, allow ...[]*compare.Compiled) *finding.Witness {
	if w == nil {
		return nil
	}
	moved := *w
	if moved.Resource = h.move(w.Resource); moved.Resource != w.Resource && shows(&moved, not, allow) {
		w = &moved
	}
	return &finding.Witness{Action: w.Action, Resource: w.Resource, Context: w.Context}
}

func shows(w *compare.Witness, not *compare.Compiled, allow [][]*compare.Compiled) bool {
	for _, documents := range allow {
		if allowed, certain := compare.Allows(w, documents...); !allowed || !certain {
			return false
		}
	}
	allowed, certain := compare.Allows(w, not)
	return !allowed && certain
}

func (h AccountScope) move(arn string) string {
	part := strings.SplitN(arn, ":", 6)
	if len(part) != 6 || part[0] != "arn" || h.Account == "" {
		return arn
	}
	if part[4] == sampleAccount {
		part[4] = h.Account
	}
	if part[1] == samplePartition && h.Partition != samplePartition {
		part[1] = h.Partition
	}
	return strings.Join(part, ":")
}
