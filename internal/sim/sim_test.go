package sim

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/term"

	"github.com/ringfence/ringfence/internal/exposure"
)

var (
	seed    = flag.Uint64("seed", 1, "the seed of the story, or of the first one")
	seeds   = flag.Int("seeds", 60, "how many stories")
	promise = flag.String("promise", "", "the letter of the promise that a shrunk story must break")
	words   = flag.String("words", "", "what the broken promise must say besides")
	calls   = flag.Bool("calls", false, "tell every call too")
	shrink  = flag.Bool("shrink", true, "print the shortest story of the first seed that breaks a promise")
	only    = flag.String("only", "", "the numbers of the steps that are done, with commas between them; all by default")
	keep    = flag.String("keep", "", "the ids of the faults that happen, with commas between them, or none; all by default")
	count   = flag.Int("steps", 100, "how many steps a story has")
)

func options(seed uint64) Options {
	o := Options{Seed: seed, Steps: *count, Length: time.Duration(*count) * 16 * time.Second}
	for _, number := range strings.FieldsFunc(*only, func(r rune) bool { return r == ',' }) {
		n, err := strconv.Atoi(number)
		if err != nil {
			panic("-only: " + err.Error())
		}
		o.Only = append(o.Only, n)
	}
	if *keep != "" {
		o.Keep = strings.Split(*keep, ",")
	}
	return o
}

// tell runs a story in a bubble of its own.
func tell(t *testing.T, o Options, d *exposure.Documents) (r Result) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { r = Tell(o, d) })
	return r
}

// TestStories runs a few stories; make sim runs many.
func TestStories(t *testing.T) {
	var d exposure.Documents
	progress := io.Discard
	if term.IsTerminal(int(os.Stdout.Fd())) {
		progress = os.Stdout
	}
	total := Many(*seed, *seeds, runtime.GOMAXPROCS(0), func(seed uint64) Result { return tell(t, options(seed), &d) }, os.Stdout, progress)
	for _, seed := range total.Broken {
		t.Errorf("seed %d: see it with go test ./internal/sim -run TestStory -seed %d -v", seed, seed)
	}
	if len(total.Broken) > 0 && *shrink {
		o := options(total.Broken[0])
		b := tell(t, o, &d).Broken[0]
		shrunk(t, o, b.Promise, "", &d)
	}
}

func TestStory(t *testing.T) {
	o := options(*seed)
	o.Told, o.Calls = testing.Verbose(), *calls
	var d exposure.Documents
	r := tell(t, o, &d)
	if o.Told {
		r.story.write(os.Stdout)
		fmt.Printf("%+v\n", r.Faults)
	}
	for _, b := range r.Broken {
		t.Errorf("(%s) %s", b.Promise, b.What)
	}
}

// TestShrink prints the shortest story in which the seed breaks a promise.
func TestShrink(t *testing.T) {
	if *promise == "" {
		t.Skip("run with -promise and -seed")
	}
	var d exposure.Documents
	shrunk(t, options(*seed), *promise, *words, &d)
}

// shrunk prints the shortest story that breaks the promise.
func shrunk(t *testing.T, o Options, promise, words string, d *exposure.Documents) {
	t.Helper()
	o = Shrink(o, promise, words, func(o Options) Result { return tell(t, o, d) }, 600)
	o.Told, o.Calls = true, *calls
	r := tell(t, o, d)
	r.story.write(os.Stdout)
	numbers := make([]string, len(o.Only))
	for i, n := range o.Only {
		numbers[i] = strconv.Itoa(n)
	}
	faults := cmp.Or(strings.Join(r.IDs, ","), "none")
	fmt.Printf("\nTell it again:\n  go test ./internal/sim -run 'TestStory$' -v -seed %d -only %s -keep %s\n", o.Seed, strings.Join(numbers, ","), faults)
	if again := tell(t, Options{Seed: o.Seed, Steps: o.Steps, Length: o.Length, Only: o.Only, Keep: strings.Split(faults, ",")}, d); again.Hash != r.Hash {
		t.Error("the repeated story differs")
	}
}

// The same seed gives the same story.
func TestSameSeedSameStory(t *testing.T) {
	for seed := range uint64(4) {
		o := options(seed + 1)
		o.Told = true
		var a, b bytes.Buffer
		x, y := tell(t, o, new(exposure.Documents)), tell(t, o, new(exposure.Documents))
		x.story.write(&a)
		y.story.write(&b)
		if x.Hash != y.Hash || a.String() != b.String() {
			t.Errorf("seed %d: two different stories", o.Seed)
		}
	}
}
