package config

import (
	"fmt"
	"slices"
	"strings"
)

// The values of the settings, each list in the order in which messages name them. That
// of the modes is also the order in which they go further.
var (
	modes          = []Mode{Observe, Alert, Enforce}
	accepts        = []Accept{AcceptExact, AcceptEqual, AcceptNarrower}
	onDrifts       = []OnDrift{Reattach, Quarantine, OnlyAlert}
	onIncomparable = []OnDrift{Reattach, OnlyAlert, Quarantine}
)

// ParseMode reads a mode; anything but the three words is an error.
func ParseMode(text string) (Mode, error) {
	if m := Mode(text); slices.Contains(modes, m) {
		return m, nil
	}
	return "", fmt.Errorf("%q is not a mode (%s)", text, strings.Join(texts(modes), ", "))
}

// bolder is the mode of two that goes further. No mode at all goes least far.
func bolder(a, b Mode) Mode {
	if slices.Index(modes, b) > slices.Index(modes, a) {
		return b
	}
	return a
}
