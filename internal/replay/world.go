package replay

import (
	"errors"
	"io"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/trail"
)

// world is everything that a log builds: an AWS for each partition, since partitions are separate, and one clock.
type world struct {
	options Options
	cfg     *config.Config
	clock   *localaws.Clock
	delay   time.Duration // of each event
	clouds  map[string]*cloud
	recent  recent
	marks   marks
	// pending are the undelivered events in the order in which they are due.
	pending []*message
	// later is when the next follow-up or digest of an account is due.
	later map[*deployment]time.Time
	// about are the accounts of the log. stated are the accounts of the states, by source.
	about          map[string]bool
	stated         map[string][]string
	contradictions []string
	// parts are the accounts of the states until they are created.
	parts []*authdetails.Part
	// whole are the accounts whose policies a state lists.
	whole map[string]bool
}

func newWorld(o Options) (*world, error) {
	if o.Log == nil {
		o.Log = io.Discard
	}
	if o.Read == nil {
		o.Read = os.ReadFile
	}
	w := &world{
		options: o, clock: localaws.NewClock(time.Unix(0, 0).UTC()), delay: Delay,
		clouds: map[string]*cloud{}, later: map[*deployment]time.Time{}, marks: newMarks(),
		about: map[string]bool{}, stated: map[string][]string{}, whole: map[string]bool{},
	}
	if o.Instant {
		w.delay = 0
	}
	// The configuration is read before the functions read it again.
	s, err := boot.ReadSettings(func(name string) string { return w.lambdaEnv()[name] })
	if err != nil {
		return nil, err
	}
	if w.cfg, err = boot.LoadConfig(s, o.Read); err != nil {
		return nil, err
	}
	if units, tags := w.cfg.AccountFacts(); (units || tags) && s.Accounts == "" {
		return nil, errors.New("the rules depend on organizationalUnits or accountTags, and no log says what AWS Organizations said of an account: " +
			"give --accounts FILE with the output of ringfence accounts")
	}
	w.parts, err = o.parts()
	w.options.States = nil
	return w, err
}

// cloud returns the AWS of the partition of a record.
func (w *world) cloud(r trail.Record) (*cloud, error) {
	partition := or(r.Partition, "aws")
	if c := w.clouds[partition]; c != nil {
		return c, nil
	}
	c, err := w.newCloud(partition)
	w.clouds[partition] = c
	return c, err
}

// Close stops what the world started.
func (w *world) Close() error {
	var errs []error
	for _, c := range w.clouds {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
