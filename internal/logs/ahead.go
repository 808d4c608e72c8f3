package logs

import "io"

// The number of pieces that are read ahead, and their length.
const pieces, piece = 4, 256 << 10

// ahead reads and unpacks in its own goroutine while earlier data is searched. It is used if there are fewer files
// than processors.
type ahead struct {
	full chan part
	free chan []byte
	stop chan struct{}
	part part
	used int // of the part
}

// part is data that was read, and its error.
type part struct {
	buffer []byte
	n      int
	err    error
}

// readAhead begins to read. No other code may read until it is closed.
func readAhead(in io.Reader) *ahead {
	a := &ahead{full: make(chan part, pieces), free: make(chan []byte, pieces), stop: make(chan struct{})}
	for range pieces {
		a.free <- make([]byte, piece)
	}
	go a.fill(in)
	return a
}

func (a *ahead) fill(in io.Reader) {
	defer close(a.full)
	for {
		select {
		case <-a.stop:
			return
		case buffer := <-a.free:
			p := part{buffer: buffer}
			for p.n < len(buffer) && p.err == nil {
				var n int
				n, p.err = in.Read(buffer[p.n:])
				p.n += n
			}
			a.full <- p // there is room for all of them
			if p.err != nil {
				return
			}
		}
	}
}

func (a *ahead) Read(to []byte) (int, error) {
	for a.used == a.part.n {
		if a.part.err != nil {
			return 0, a.part.err
		}
		if a.part.buffer != nil {
			a.free <- a.part.buffer
		}
		a.part, a.used = <-a.full, 0
	}
	n := copy(to, a.part.buffer[a.used:a.part.n])
	a.used += n
	return n, nil
}

// close stops reading. The underlying reader is then free again.
func (a *ahead) close() {
	close(a.stop)
	for range a.full { //nolint:revive // until it is closed
	}
}
