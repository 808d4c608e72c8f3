package constraint

import (
	"encoding/base64"
	"math"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"github.com/ringfence/ringfence/internal/policy"
)

// points gives values of one key such that every value there is answers all of the
// atoms like one of these: the bounds of the policies' values and what lies between
// them, and last one that is of no type at all.
func points(atoms []*atom) []string {
	var (
		numbers  []float64
		dates    []time.Time
		networks []netip.Prefix
		binaries []string
		out      []string
	)
	for _, a := range atoms {
		for _, n := range a.numbers {
			numbers = append(numbers, n.value)
		}
		for _, d := range a.dates {
			dates = append(dates, d.value)
		}
		networks = append(networks, a.networks...)
		binaries = append(binaries, a.binaries...)
	}
	if len(numbers) > 0 && len(dates) > 0 {
		// Seconds since 1970 are a date and a number.
		for _, d := range dates {
			numbers = append(numbers, float64(d.UnixNano())/1e9)
		}
	}
	out = append(out, binaryPoints(binaries)...)
	out = append(out, numberPoints(numbers)...)
	out = append(out, datePoints(dates)...)
	out = append(out, networkPoints(networks)...)
	return append(out, "example", "")
}

// untyped is how many of the points, the last, are of no type.
const untyped = 2

// binaryPoints are the values, and one that is none of them.
func binaryPoints(values []string) []string {
	if len(values) == 0 {
		return nil
	}
	other := "other"
	for slices.Contains(values, other) {
		other += "."
	}
	out := []string{}
	for _, s := range append(values, other) {
		out = append(out, base64.StdEncoding.EncodeToString([]byte(s)))
	}
	return out
}

// numberPoints are the values, one between each two, one below and one above.
func numberPoints(values []float64) []string {
	if len(values) == 0 {
		return nil
	}
	slices.Sort(values)
	values = slices.Compact(values)
	const most = 999999999999999 // what policy.ParseNumber reads at most
	out := between(nil, -most-1, values[0])
	for i, v := range values {
		next := float64(most + 1)
		if i+1 < len(values) {
			next = values[i+1]
		}
		out = append(out, strconv.FormatFloat(v, 'f', -1, 64))
		out = between(out, v, next)
	}
	return out
}

// between adds a number that lies strictly between, the simplest that there is.
func between(out []string, low, high float64) []string {
	near := math.Floor(low) + 1
	if low < -high {
		near = math.Ceil(high) - 1
	}
	for _, v := range []float64{near, math.Floor(low) + 1, math.Ceil(high) - 1, (low + high) / 2} {
		for digits := range 16 {
			s := strconv.FormatFloat(v, 'f', digits, 64)
			if n, ok := policy.ParseNumber(s); ok && n > low && n < high {
				return append(out, s)
			}
		}
	}
	return out
}

func datePoints(values []time.Time) []string {
	if len(values) == 0 {
		return nil
	}
	slices.SortFunc(values, time.Time.Compare)
	values = slices.CompactFunc(values, time.Time.Equal)
	write := func(t time.Time) string {
		if t.Year() > 9999 {
			return strconv.FormatInt(t.Unix(), 10)
		}
		return t.UTC().Format(time.RFC3339Nano)
	}
	out := []string{write(values[0].Add(-time.Hour))}
	for i, t := range values {
		out = append(out, write(t))
		if i+1 < len(values) {
			out = append(out, write(t.Add(values[i+1].Sub(t)/2)))
		} else {
			out = append(out, write(t.Add(time.Hour)))
		}
	}
	return out
}

// networkPoints are the first address of every network and the first one behind it,
// and the first of all of either family: nothing changes between these.
func networkPoints(networks []netip.Prefix) []string {
	if len(networks) == 0 {
		return nil
	}
	// Between ::ffff:0:0 and ::1:0:0:0 lie the IPv4-mapped IPv6 addresses.
	addrs := []netip.Addr{netip.IPv4Unspecified(), netip.IPv6Unspecified(), netip.MustParseAddr("::1:0:0:0")}
	for _, n := range networks {
		addrs = append(addrs, n.Addr())
		if next := behind(n); next.IsValid() {
			addrs = append(addrs, next)
		}
	}
	slices.SortFunc(addrs, netip.Addr.Compare)
	addrs = slices.Compact(addrs)
	out := make([]string, len(addrs))
	for i, a := range addrs {
		out[i] = a.String()
	}
	// People know networks better than 0.0.0.0.
	slices.SortStableFunc(out, func(a, b string) int { return btoi(a == "0.0.0.0" || a == "::") - btoi(b == "0.0.0.0" || b == "::") })
	return out
}

// behind is the first address after the network; invalid if it reaches to the end.
func behind(n netip.Prefix) netip.Addr {
	last := n.Addr().AsSlice()
	for bit := n.Bits(); bit < len(last)*8; bit++ {
		last[bit/8] |= 0x80 >> (bit % 8)
	}
	addr, _ := netip.AddrFromSlice(last)
	return addr.Next()
}
