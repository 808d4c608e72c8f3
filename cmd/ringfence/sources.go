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

// sourceFlags say which logs are read of those that are not on this machine.
type sourceFlags struct {
	profile       string
	regions       []string
	requesterPays bool
}

func (f *sourceFlags) define(flags *pflag.FlagSet) {
	flags.StringVar(&f.profile, "profile", "", "the AWS profile to read s3://, athena:// and lake:// with")
	flags.StringSliceVar(&f.regions, "region", nil, "of s3://, read the logs of this `REGION` too, or of all (without it only IAM's home, and so no call on IAM Identity Center elsewhere)")
	flags.BoolVar(&f.requesterPays, "requester-pays", false, "of s3://, pay for the requests where the owner of the bucket does not")
}

// want is what is asked for where events are selected on AWS.
func (f *sourceFlags) want(o *logs.Options) query.Want {
	want := query.Want{Calls: replay.Calls(), Since: o.Since, Until: o.Until, Accounts: o.Accounts}
	if !slices.Contains(f.regions, s3logs.AllRegions) {
		want.Regions = f.regions
	}
	return want
}

// sources finds the logs that paths name: files, directories, -, queries, and places in S3. Of S3 only
// what the options want is listed, and they are set to read it side by side. Passed is told what is
// passed over.
func (f *sourceFlags) sources(cmd *cobra.Command, paths []string, o *logs.Options, passed func(name string, why logs.Reason)) ([]logs.Source, error) {
	var files []string
	var places []s3logs.Place
	var asked []logs.Source
	for _, path := range paths {
		if isQuery(path) {
			source, err := querySource(path, f.profile, f.want(o), cmd.ErrOrStderr())
			if err != nil {
				return nil, err
			}
			asked = append(asked, source)
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
	sources = append(sources, asked...)
	if err != nil || len(places) == 0 {
		return sources, err
	}
	config, err := awsConfig(cmd.Context(), f.profile, "", "copy the logs and name the directory")
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
		fmt.Fprintf(cmd.ErrOrStderr(), "ringfence: not read, since --region does not name them: the logs of %s\n", clean(strings.Join(found.Regions, ", ")))
	}
	o.Parallel = s3logs.Parallel
	return append(sources, found.Sources...), nil
}
