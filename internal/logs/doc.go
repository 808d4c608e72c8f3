// Package logs reads logs of any size and form. It returns the events that matter, in order of time, and counts all other
// events by the reason why they do not matter.
//
// Irrelevant events are recognized by their bytes and are not decoded. Files are read concurrently. If many events are
// kept, they are sorted on disk. So the run takes about the time of reading, and the memory for a year is that for a day.
package logs
