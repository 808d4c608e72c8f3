package main

import (
	"cmp"
	"runtime/debug"
	"strings"
)

// version returns the commit that the program was built from, or the module version.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return info.Main.Version
}

// build returns the version with its commit, for --version.
func build() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return buildOf(info)
}

func buildOf(info *debug.BuildInfo) string {
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	parts := []string{cmp.Or(info.Main.Version, "(devel)")}
	switch commit := settings["vcs.revision"]; {
	case commit == "":
		parts = append(parts, "commit unknown")
	case settings["vcs.modified"] == "true":
		parts = append(parts, "commit "+commit+" with local changes")
	default:
		parts = append(parts, "commit "+commit)
	}
	if at := settings["vcs.time"]; at != "" {
		parts = append(parts, at)
	}
	return strings.Join(append(parts, info.GoVersion), ", ")
}
