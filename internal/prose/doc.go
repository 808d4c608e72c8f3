// Package prose makes sentences from the typed facts of decisions and records, for findings and
// logs. No other package does.
package prose
