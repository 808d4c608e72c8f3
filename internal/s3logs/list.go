package s3logs

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/ringfence/ringfence/internal/logs"
)

// listings is the number of folders that are listed at once.
const listings = 16

// Found is the objects to read.
type Found struct {
	Sources []logs.Source
	// Regions are the other regions with logs that were not requested, in order of names.
	Regions []string
}

// Sources lists the objects of places, in order of names. The error is that of the first place that cannot be listed or
// has no wanted objects: either everything can be read, or nothing is.
func Sources(ctx context.Context, config aws.Config, places []Place, w Wanted) (Found, error) {
	if w.Passed == nil {
		w.Passed = func(string, logs.Reason) {}
	}
	if w.Progress == nil {
		w.Progress = func(int) {}
	}
	walk := walk{wanted: &w, regions: map[string]bool{}}
	buckets := map[string]*bucket{}
	for _, place := range places {
		b := buckets[place.Bucket]
		if b == nil {
			var err error
			if b, err = open(ctx, config, place.Bucket, &w); err != nil {
				return Found{}, err
			}
			buckets[place.Bucket] = b
		}
		r := &root{place: place, passed: map[logs.Reason]int{}}
		if place.Prefix != "" && !strings.HasSuffix(place.Prefix, "/") {
			if source, ok := b.named(ctx, place.Prefix); ok {
				walk.found = append(walk.found, source)
				continue
			}
			place.Prefix += "/"
		}
		walk.roots = append(walk.roots, r)
		walk.todo = append(walk.todo, folder{layout: at(place.Prefix), bucket: b, root: r})
	}
	if err := walk.run(ctx); err != nil {
		return Found{}, err
	}
	return walk.end()
}

// root is a requested place, and what was found in it.
type root struct {
	place  Place
	found  int
	passed map[logs.Reason]int
}

// folder is a folder to list.
type folder struct {
	layout
	bucket *bucket
	root   *root
}

// listing is what is in a folder.
type listing struct {
	folder
	objects []logs.Source
	folders []string
	err     error
}

// list lists a folder. Folders can exist as empty objects.
func (f folder) list(ctx context.Context) listing {
	l := listing{folder: f}
	l.err = f.bucket.list(ctx, f.layout, func(objects []types.Object, folders []string) {
		l.folders = append(l.folders, folders...)
		for _, o := range objects {
			if key := aws.ToString(o.Key); !strings.HasSuffix(key, "/") || aws.ToInt64(o.Size) > 0 {
				l.objects = append(l.objects, f.bucket.object(key, o.Size))
			}
		}
	})
	return l
}

// walk visits folders. One goroutine owns it; the others list.
type walk struct {
	wanted  *Wanted
	roots   []*root
	todo    []folder
	found   []logs.Source
	regions map[string]bool
}

func (w *walk) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var failed error
	answers := make(chan listing)
	for busy := 0; busy > 0 || len(w.todo) > 0; {
		for ; busy < listings && len(w.todo) > 0; busy++ {
			next := w.todo[len(w.todo)-1]
			w.todo = w.todo[:len(w.todo)-1]
			go func() { answers <- next.list(ctx) }()
		}
		answer := <-answers
		busy--
		if failed == nil && answer.err != nil {
			failed = answer.err
			cancel()
		}
		if failed != nil {
			w.todo = nil
			continue
		}
		w.take(answer)
	}
	return failed
}

// take adds the contents of a folder.
func (w *walk) take(l listing) {
	l.root.found += len(l.objects)
	w.wanted.Progress(len(l.objects))
	w.found = append(w.found, l.objects...)
	for _, name := range l.folders {
		f := folder{layout: l.below(name), bucket: l.bucket, root: l.root}
		why := w.wanted.pass(f.layout)
		switch why {
		case "":
			w.todo = append(w.todo, f)
			continue
		case otherRegion:
			w.regions[name] = true
			fallthrough
		case otherLogs:
			w.wanted.Passed(Place{l.bucket.name, f.prefix}.String(), why)
		}
		l.root.passed[why]++
	}
}

// end returns what the walk found, each object once.
func (w *walk) end() (Found, error) {
	f := Found{Regions: slices.Sorted(maps.Keys(w.regions))}
	for _, r := range w.roots {
		if r.found == 0 {
			return f, r.nothing(f.Regions)
		}
	}
	slices.SortFunc(w.found, func(a, b logs.Source) int { return cmp.Compare(a.Name, b.Name) })
	f.Sources = slices.CompactFunc(w.found, func(a, b logs.Source) bool { return a.Name == b.Name })
	return f, nil
}

// nothing says why a place has nothing to read.
func (r *root) nothing(regions []string) error {
	if len(r.passed) == 0 {
		return fmt.Errorf("%s: there is no object of this key, and none below it", r.place)
	}
	var passed []string
	for _, why := range slices.Sorted(maps.Keys(r.passed)) {
		more := ""
		if why == otherRegion {
			more = "; --region " + strings.Join(regions, ",") + " reads them"
		}
		passed = append(passed, fmt.Sprintf("%s (%d%s)", why, r.passed[why], more))
	}
	return fmt.Errorf("%s: no object in it was asked for; passed over: %s", r.place, strings.Join(passed, ", "))
}
