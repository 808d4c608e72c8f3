package stub

import (
	"sync"
	"time"
)

// None is no delay.
func None(string, string) time.Duration { return 0 }

// Fixed are the delays of the benchmark, by service: what calls within a region take, and
// what CloudTrail's LookupEvents takes.
var Fixed = map[string]time.Duration{
	"iam":        60 * time.Millisecond,
	"sns":        60 * time.Millisecond,
	"events":     60 * time.Millisecond,
	"dynamodb":   10 * time.Millisecond,
	"sqs":        10 * time.Millisecond,
	"cloudtrail": 600 * time.Millisecond,
}

// PerService gives each call its service's delay.
func PerService(delays map[string]time.Duration) Delay {
	return func(service, _ string) time.Duration { return delays[service] }
}

// Slow delays a single call: the nth, from 0, of an operation.
func Slow(operation string, nth int, by time.Duration) Delay {
	var mu sync.Mutex
	seen := 0
	return func(_, called string) time.Duration {
		if called != operation {
			return 0
		}
		mu.Lock()
		defer mu.Unlock()
		seen++
		if seen == nth+1 {
			return by
		}
		return 0
	}
}
