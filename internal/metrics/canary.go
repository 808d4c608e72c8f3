package metrics

import (
	"io"
	"time"
)

// CanaryArrived counts the canary calls of the stack, which check that events arrive, by
// service.
const (
	CanaryArrived    = "CanaryArrived"
	ServiceDimension = "Service"
)

// Arrived writes the metric of a canary that was handled.
func Arrived(w io.Writer, now time.Time, service string) error {
	canary := line(now, [][]string{{ServiceDimension}})
	canary.values[ServiceDimension] = service
	canary.count(CanaryArrived, 1)
	return write(w, []*document{canary})
}
