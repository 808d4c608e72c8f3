// Package plan decides, from what is required and what was observed, whether a target has
// drifted and what to do about it. It does none of it: a [Decision] is data, with typed
// facts and with actions that an edge carries out. Nothing here is prose: package prose
// makes sentences from the facts, once, where people read them.
package plan
