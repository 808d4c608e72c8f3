package sweeping

import (
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/boot/boottest"
)

func TestNewNamesAllThatIsMissing(t *testing.T) {
	needed := []string{boot.EnvLedgerTable, boot.EnvSweepQueue, boot.EnvFollowUpQueue, boot.EnvDeadLetters}
	f := boottest.Needs(t, New, needed, map[string]string{boot.EnvSweepOverride: "2026-03-01T12:00:00Z"})
	if got := f.Sweeper.Override; !got.Equal(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)) {
		t.Errorf("no limit until %v", got)
	}
}
