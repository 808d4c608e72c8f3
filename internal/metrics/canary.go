package metrics

import (
	"io"
	"time"
)

// CanaryArrived counts the calls that the stack makes by itself to see that events arrive,
// by the service that they are made on.
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
