// Package prose makes sentences from the typed facts of decisions and records, for people
// who read findings and logs. It is the only place where they are made.
package prose
