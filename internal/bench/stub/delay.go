package stub

import (
	"sync"
	"time"
)

// None returns no delay.
func None(string, string) time.Duration { return 0 }

// Fixed are the delays of the benchmark, by service: the times of calls within a region, and of
// CloudTrail's LookupEvents.
var Fixed = map[string]time.Duration{
	"iam":        60 * time.Millisecond,
	"sns":        60 * time.Millisecond,
	"events":     60 * time.Millisecond,
	"dynamodb":   10 * time.Millisecond,
	"sqs":        10 * time.Millisecond,
	"cloudtrail": 600 * time.Millisecond,
}

// PerService delays each call by its service's delay.
func PerService(delays map[string]time.Duration) Delay {
	return func(service, _ string) time.Duration { return delays[service] }
}

// Slow delays a single call: the nth of an operation, counted from 0.
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
