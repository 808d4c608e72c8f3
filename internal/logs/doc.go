// Package logs reads logs of any size and form: it finds the events that matter in them, in order
// of time, and counts all else by the reason why it does not.
//
// An event that is of no concern is known by its bytes and is not decoded, files are read side by
// side, and what is kept is sorted on disk where it is much: the time that it takes is that of
// reading, and the memory is the same for a day and for a year.
package logs
