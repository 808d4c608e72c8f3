package count

import "testing"

func TestOf(t *testing.T) {
	for n, want := range map[int]string{0: "0 events", 1: "1 event", 999: "999 events", 1000: "1,000 events", 1204331: "1,204,331 events"} {
		if got := Of(n, "event", "events"); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
