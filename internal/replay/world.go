package replay

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/fence"
	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/trail"
)

// world is all that a log builds: an AWS for each partition that it comes to, since
// partitions know nothing of one another, and one clock.
type world struct {
	options Options
	fence   *fence.Fence
	clock   *localaws.Clock
	clouds  map[string]*cloud
}

func newWorld(o Options) (*world, error) {
	if o.Log == nil {
		o.Log = io.Discard
	}
	if o.Read == nil {
		o.Read = os.ReadFile
	}
	w := &world{options: o, clock: localaws.NewClock(time.Unix(0, 0).UTC()), clouds: map[string]*cloud{}}
	// The configuration is read once ahead of the functions, which read it again.
	s, err := boot.ReadSettings(func(name string) string { return lambdaEnv(o.Settings)[name] })
	if err != nil {
		return nil, err
	}
	if w.fence, err = boot.LoadFence(s, o.Read); err != nil {
		return nil, err
	}
	if o.State != nil {
		err = w.load(o.State)
	}
	return w, err
}

// load puts an account in place as it was before the log.
func (w *world) load(state []byte) error {
	c, err := w.newCloud("aws")
	if err != nil {
		return err
	}
	loaded, err := c.server.Load(state)
	if err != nil {
		return fmt.Errorf("reading the state: %w", err)
	}
	for _, arn := range loaded.Assumed {
		c.assumed = append(c.assumed, "policy "+arn+" (document unknown: the state does not give it)")
	}
	c.partition = or(loaded.Partition, c.partition)
	w.clouds[c.partition] = c
	return nil
}

// cloud is the AWS of the partition that a record is of.
func (w *world) cloud(r trail.Record) (*cloud, error) {
	partition := or(r.Partition, "aws")
	if c := w.clouds[partition]; c != nil {
		return c, nil
	}
	c, err := w.newCloud(partition)
	w.clouds[partition] = c
	return c, err
}

// Close ends what the world started.
func (w *world) Close() error {
	var errs []error
	for _, c := range w.clouds {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

// takeEvents gives the events of Ringfence's own writes since it was last called.
func (w *world) takeEvents() []json.RawMessage {
	var own []json.RawMessage
	for _, c := range w.sorted() {
		own = append(own, c.takeEvents()...)
	}
	return own
}

// sorted gives the clouds in one order, so that two runs are the same.
func (w *world) sorted() []*cloud {
	var list []*cloud
	for _, partition := range sortedKeys(w.clouds) {
		list = append(list, w.clouds[partition])
	}
	return list
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
