package reporting

import (
	"testing"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/boot/boottest"
)

func TestNewNamesAllThatIsMissing(t *testing.T) {
	needed := []string{boot.EnvLedgerTable, boot.EnvReportQueue, boot.EnvFollowUpQueue, boot.EnvDeadLetters}
	boottest.Needs(t, New, needed, nil)
}
