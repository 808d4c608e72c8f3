package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ringfence/ringfence/internal/lake/query"
	"github.com/ringfence/ringfence/internal/logs"
	"github.com/ringfence/ringfence/internal/replay"
	"github.com/ringfence/ringfence/internal/s3logs"
)

// sourceFlags are the flags for logs that are on AWS.
type sourceFlags struct {
	profile       string
	regions       []string
	requesterPays bool
}

func (f *sourceFlags) define(flags *pflag.FlagSet) {
	flags.StringVar(&f.profile, "profile", "", "AWS profile for s3://, athena:// and lake://")
	flags.StringSliceVar(&f.regions, "region", nil, "for s3://, also read the logs of this `REGION`, or of all (default: only IAM's home region, so calls to IAM Identity Center in other regions are not read)")
	flags.BoolVar(&f.requesterPays, "requester-pays", false, "for s3://, pay for the requests if the bucket is a Requester Pays bucket")
}

// defineAll is define for commands that need the calls of all services and Regions.
func (f *sourceFlags) defineAll(flags *pflag.FlagSet) {
	f.define(flags)
	flags.Lookup("profile").Usage = "AWS profile for s3://"
	flags.Lookup("region").Usage = "for s3://, read only the logs of this `REGION` (default: of all)"
}

// want returns which events to select on AWS.
func (f *sourceFlags) want(o *logs.Options) query.Want {
	want := query.Want{Calls: replay.Calls(), Since: o.Since, Until: o.Until, Accounts: o.Accounts}
	if !slices.Contains(f.regions, s3logs.AllRegions) {
		want.Regions = f.regions
	}
	return want
}

// sources returns the logs that paths name: files, directories, -, queries, and S3 locations.
// In S3 it lists only what the options select, and sets o to read the files in parallel. It
// calls passed for each file that is skipped.
func (f *sourceFlags) sources(cmd *cobra.Command, paths []string, o *logs.Options, passed func(name string, why logs.Reason)) ([]logs.Source, error) {
	var files []string
	var places []s3logs.Place
	var queried []logs.Source
	for _, path := range paths {
		if isQuery(path) {
			source, err := openQuery(path, f.profile, f.want(o), cmd.ErrOrStderr())
			if err != nil {
				return nil, err
			}
			queried = append(queried, source)
			continue
		}
		if !s3logs.Is(path) {
			files = append(files, path)
			continue
		}
		place, err := s3logs.Parse(path)
		if err != nil {
			return nil, err
		}
		places = append(places, place)
	}
	sources, err := logs.Files(files, cmd.InOrStdin(), passed)
	sources = append(sources, queried...)
	if err != nil || len(places) == 0 {
		return sources, err
	}
	config, err := awsConfig(cmd.Context(), f.profile, "", "copy the logs to this machine")
	if err != nil {
		return nil, err
	}
	track := newProgress(cmd.ErrOrStderr(), "listing", 0)
	found, err := s3logs.Sources(cmd.Context(), config, places, s3logs.Wanted{
		Since: o.Since, Until: o.Until, Accounts: o.Accounts, Regions: f.regions,
		RequesterPays: f.requesterPays, Passed: passed, Progress: track.add,
	})
	track.stop()
	if err != nil {
		return nil, err
	}
	if len(found.Regions) > 0 {
		fmt.Fprintf(cmd.ErrOrStderr(), "ringfence: not read, because --region does not include them: the logs of %s\n", clean(strings.Join(found.Regions, ", ")))
	}
	o.Parallel = s3logs.Parallel
	return append(sources, found.Sources...), nil
}

// trackReading shows how far the sources are read with the options.
func trackReading(cmd *cobra.Command, sources []logs.Source, o *logs.Options) *bar {
	var size int64
	for _, s := range sources {
		size += s.Size
	}
	track := newProgress(cmd.ErrOrStderr(), "reading", int(size))
	o.Progress = track.add
	return track
}
