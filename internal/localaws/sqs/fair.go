package sqs

import (
	"slices"
	"time"
)

// turns returns the messages in the order in which they are received, of which the first few matter. A queue without
// message groups is in the order of arrival. In a fair queue, a group with fewer messages in flight comes first. AWS does
// not say how it chooses, only that a group with a backlog does not delay the others.
//
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
func (q *queue) turns(now time.Time, few int) []*message {
	all := slices.Clone(q.live(now))
	if !q.grouped {
		return all
	}
	next := map[string]int{} // the turn of the next message of a group
	for _, m := range all {
		if m.receives > 0 && m.visible.After(now) {
			next[m.group]++
		}
	}
	first := make([]*message, 0, few+1)
	for _, m := range all {
		if m.turn = 0; m.visible.After(now) {
			continue
		}
		m.turn = next[m.group]
		next[m.group]++
		at := len(first)
		for at > 0 && first[at-1].turn > m.turn {
			at--
		}
		if at < few {
			first = slices.Insert(first, at, m)
			first = first[:min(len(first), few)]
		}
	}
	for _, m := range first {
		m.turn = -1
	}
	return append(first, slices.DeleteFunc(all, func(m *message) bool { return m.turn < 0 })...)
}
