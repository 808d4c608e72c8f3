package exposure

import (
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// Home is the account that witnesses are to be of.
type Home struct{ Partition, Account string }

// The parts of an ARN that package compare makes up where the documents leave them open.
const (
	samplePartition = "aws"
	sampleAccount   = "123456789012"
)

// at is a witness whose resource is in the account of those that it is about. Where the
// documents leave that open, package compare names an account of its own choice, and a
// request on somebody else's resource is another question. The witness stays as it is
// where it would show nothing at home: that the one documents allow it, each set of them,
// and the other does not.
func (h Home) witness(w *compare.Witness, not *compare.Compiled, allow ...[]*compare.Compiled) *finding.Witness {
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

func (h Home) move(arn string) string {
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
