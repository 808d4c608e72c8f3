package enforcing

import (
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/boot/boottest"
)

func TestNewNamesAllThatIsMissing(t *testing.T) {
	needed := []string{boot.EnvLedgerTable, boot.EnvReportQueue, boot.EnvFollowUpQueue, boot.EnvDeadLetters}
	f := boottest.Needs(t, New, needed, map[string]string{boot.EnvPropagation: "45s"})
	if got := f.Reconciler; got.PropagationDelay != 45*time.Second || got.Concurrency < 10 {
		t.Errorf("settles for %v, %d at once", got.PropagationDelay, got.Concurrency)
	}
}
