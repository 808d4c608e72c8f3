package assess

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/target"
)

var (
	errUnsettled = errors.New("it could not be judged yet")
	errWrites    = errors.New("nothing is written here")
)

// memory replaces everything that stores, sends or changes something.
type memory struct {
	mu    sync.Mutex
	items map[string]ledger.Item
	owed  []string
}

func newMemory() *memory { return &memory{items: map[string]ledger.Item{}} }

// Load returns an item as it was saved, or a new one.
func (m *memory) Load(_ context.Context, key string) (ledger.Item, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if item, ok := m.items[key]; ok {
		return item, nil
	}
	return ledger.Item{Key: key}, nil
}

// Save keeps an item unless another one was saved since it was loaded.
func (m *memory) Save(_ context.Context, item ledger.Item) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if now := m.items[item.Key]; now.Version != item.Version {
		return &ledger.Conflict{Current: now}
	}
	m.items[item.Key] = item.Stored(item.Key, item.Version+1)
	return nil
}

// Do is never called: no rule goes beyond alert.
func (m *memory) Do(context.Context, plan.Action) (finding.Outcome, error) {
	return finding.Failed, errWrites
}

// Report notes the keys of items to report.
func (m *memory) Report(_ context.Context, keys ...string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.owed = append(m.owed, keys...)
	return nil
}

// Journal is never needed: Save does not fail.
func (m *memory) Journal(context.Context, ledger.Entry) error { return nil }

// Schedule does nothing: there is no later look.
func (m *memory) Schedule(context.Context, target.Work, time.Duration) error { return nil }

// Digest does nothing: no mail is sent.
func (m *memory) Digest(context.Context, string, time.Time) error { return nil }

// Topic does nothing.
func (m *memory) Topic(context.Context, string, []finding.Finding) error { return nil }

// Bus does nothing: the findings are taken as they are composed.
func (m *memory) Bus(context.Context, finding.Finding) error { return nil }

// LoadDigest returns an empty digest.
func (m *memory) LoadDigest(_ context.Context, key string) (ledger.Digest, error) {
	return ledger.Digest{Key: key}, nil
}

// SaveDigest does nothing.
func (m *memory) SaveDigest(context.Context, ledger.Digest, time.Time) (bool, error) {
	return true, nil
}

// OCSF does nothing.
func (m *memory) OCSF(context.Context, finding.Finding) error { return nil }

// SecurityHub does nothing.
func (m *memory) SecurityHub(context.Context, finding.Finding) error { return nil }
