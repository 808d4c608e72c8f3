package config

import (
	"fmt"
	"slices"
	"strings"
)

// The values of the settings, in the order of messages. Each mode does more than the one before it.
var (
	modes          = []Mode{Observe, Alert, Enforce}
	accepts        = []Accept{AcceptExact, AcceptEqual, AcceptNarrower}
	onDrifts       = []OnDrift{Reattach, Quarantine, OnlyAlert}
	onIncomparable = []OnDrift{Reattach, OnlyAlert, Quarantine}
)

// ParseMode parses a mode. Any text but the three modes is an error.
func ParseMode(text string) (Mode, error) {
	if m := Mode(text); slices.Contains(modes, m) {
		return m, nil
	}
	return "", fmt.Errorf("%q is not a mode (%s)", text, strings.Join(texts(modes), ", "))
}

// bolder returns the mode of two that does more. An empty mode does least.
func bolder(a, b Mode) Mode {
	if slices.Index(modes, b) > slices.Index(modes, a) {
		return b
	}
	return a
}
