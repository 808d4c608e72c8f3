package localaws

import (
	"time"

	"github.com/ringfence/ringfence/internal/localaws/cloudtrail"
	"github.com/ringfence/ringfence/internal/localaws/events"
	"github.com/ringfence/ringfence/internal/trail"
)

// feed holds the events of writes and their receivers. The server's mutex guards it.
type feed struct {
	subscribers []func(events.Event)
	late        []lateEvent    // in the order of the writes
	swapped     []events.Event // waiting for the next event
}

type lateEvent struct {
	due   time.Time
	event events.Event
}

// Subscribe registers f to be called with the event of each write, including failed ones, after
// queues and topics received it. f may call the server.
func (s *Server) Subscribe(f func(events.Event)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.feed.subscribers = append(s.feed.subscribers[:len(s.feed.subscribers):len(s.feed.subscribers)], f)
}

// AddRecord adds a CloudTrail record from elsewhere to LookupEvents. It is not delivered.
func (s *Server) AddRecord(record []byte) error {
	r, err := cloudtrail.Parse(record)
	if err == nil {
		s.trail.Add(r)
	}
	return err
}

// Send delivers an event from elsewhere as if a write had made it: to the default bus of its
// account and region, and to the subscribers.
func (s *Server) Send(event events.Event) { s.deliver([]events.Event{event}) }

// emit delivers a write's event, subject to the effects.
func (s *Server) emit(r trail.EventRecord, effects []Effect) {
	event, err := s.event(r)
	if err != nil {
		return // cannot happen: the record's values came from JSON or a form
	}
	s.trail.AddJSON(event.Detail)
	deliveries, now := 1, s.now()
	s.mu.Lock()
	for _, effect := range effects {
		switch x := effect.(type) {
		case Lose:
			deliveries = 0
		case Duplicate:
			deliveries += max(x.Copies, 1)
		case Late:
			s.feed.late = append(s.feed.late, lateEvent{now.Add(x.By), event})
			deliveries--
		case Reorder:
			s.feed.swapped = append(s.feed.swapped, event)
			deliveries--
		}
	}
	var batch []events.Event
	for range deliveries {
		batch = append(batch, event)
	}
	if deliveries > 0 {
		batch = append(batch, s.feed.swapped...)
		s.feed.swapped = nil
	}
	s.mu.Unlock()
	s.deliver(batch)
}

// Deliver delivers the due events that a Late fault delayed. Each request calls it first.
func (s *Server) Deliver() {
	s.mu.Lock()
	if len(s.feed.late) == 0 {
		s.mu.Unlock()
		return
	}
	now := s.now()
	var due []events.Event
	var left []lateEvent
	for _, late := range s.feed.late {
		if late.due.After(now) {
			left = append(left, late)
		} else {
			due = append(due, late.event)
		}
	}
	s.feed.late = left
	s.mu.Unlock()
	s.deliver(due)
}

func (s *Server) deliver(batch []events.Event) {
	s.mu.Lock()
	subscribers := s.feed.subscribers
	s.mu.Unlock()
	for _, event := range batch {
		s.EventBridge.Deliver(events.DefaultBus(s.Partition(event.Account), event.Region, event.Account), event)
		for _, f := range subscribers {
			f(event)
		}
	}
}

// Flush delivers every event that a fault still delays, due or not.
func (s *Server) Flush() {
	s.mu.Lock()
	held := s.feed.swapped
	for _, late := range s.feed.late {
		held = append(held, late.event)
	}
	s.feed.late, s.feed.swapped = nil, nil
	s.mu.Unlock()
	s.deliver(held)
}
