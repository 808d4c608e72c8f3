// Package plan decides, from what is required and what was observed, whether a target has
// drifted and what to do about it. It carries nothing out: a [Decision] is data, with typed
// facts and actions. It writes no text: package prose makes sentences from the facts.
package plan
