package target

import (
	"strings"

	"github.com/ringfence/ringfence/internal/ownparts"
)

// OfPart returns the target for a part of Ringfence that differs from the template.
func OfPart(d ownparts.Difference) Target {
	t := Target{Kind: Control, ARN: d.ARN, Differs: strings.Join(d.Properties, ", ")}
	if f := strings.SplitN(d.ARN, ":", 6); len(f) == 6 {
		t.Partition, t.Account = f[1], f[4]
	}
	return t
}
