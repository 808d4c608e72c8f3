package policy

import (
	"encoding/base64"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// The values of conditions, as the operators read them. A value that cannot be read
// is never equal, less or greater; the decider must not let a Deny vanish over
// one in a policy.

// ParseNumber reads an integer or decimal number for the Numeric operators. Numbers
// of more than 15 digits are refused, so that each that is read is told apart from
// every other.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Numeric
func ParseNumber(s string) (float64, bool) {
	digits := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c == '.', (c == '-' || c == '+') && i == 0:
		default:
			return 0, false
		}
	}
	if digits == 0 || digits > 15 {
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil
}

// ParseDate reads a date and time for the Date operators: one of the W3C's ISO 8601
// forms, from the year alone to fractions of a second, or seconds since 1970. Four
// digits alone are a year; a time without a zone is in UTC.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date
func ParseDate(s string) (time.Time, bool) {
	if isDigits(s) && len(s) != 4 && s != "" && len(s) <= 12 {
		n, err := strconv.ParseInt(s, 10, 64)
		return time.Unix(n, 0).UTC(), err == nil
	}
	for _, layout := range dateLayouts {
		if len(s) < layout.min || len(s) > layout.max {
			continue
		}
		if t, err := time.Parse(layout.text, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// dateLayouts are the forms of a date with the lengths that they can have; Go reads a
// fraction after the seconds without being told.
var dateLayouts = [...]struct {
	text     string
	min, max int
}{
	{"2006-01-02T15:04:05Z07:00", 20, 35},
	{"2006-01-02T15:04:05Z0700", 20, 35},
	{"2006-01-02T15:04:05", 19, 29},
	{"2006-01-02T15:04Z07:00", 17, 22},
	{"2006-01-02T15:04", 16, 16},
	{"2006-01-02", 10, 10},
	{"2006-01", 7, 7},
	{"2006", 4, 4},
}

func isDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// ParsePrefix reads a network in CIDR form for the IpAddress operators, or one
// address, which is a network of one.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IPAddress
func ParsePrefix(s string) (netip.Prefix, bool) {
	if strings.IndexByte(s, '/') < 0 {
		addr, ok := ParseAddr(s)
		if !ok {
			return netip.Prefix{}, false
		}
		return netip.PrefixFrom(addr, addr.BitLen()), true
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return netip.Prefix{}, false
	}
	return p.Masked(), !p.Addr().Is4In6()
}

// ParseAddr reads one address of a request. An IPv4-mapped IPv6 address is not read: AWS does not document
// whether it is the IPv4 address.
func ParseAddr(s string) (netip.Addr, bool) {
	if addr, ok := dotted(s); ok {
		return addr, true
	}
	if strings.IndexByte(s, ':') < 0 {
		return netip.Addr{}, false
	}
	addr, err := netip.ParseAddr(s)
	if err != nil || addr.Zone() != "" {
		return netip.Addr{}, false
	}
	return addr, !addr.Is4In6()
}

// IsMappedAddr reports whether the text is an IPv4-mapped IPv6 address, such as ::ffff:192.0.2.1.
func IsMappedAddr(s string) bool {
	addr, err := netip.ParseAddr(s)
	return err == nil && addr.Is4In6()
}

// dotted reads an IPv4 address, the common case by far.
func dotted(s string) (netip.Addr, bool) {
	var part [4]byte
	n, value, length := 0, 0, 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= '0' && c <= '9' && (length == 0 || value > 0):
			value, length = value*10+int(c-'0'), length+1
		case c == '.' && length > 0 && n < 3:
			part[n] = byte(value)
			n, value, length = n+1, 0, 0
			continue
		default:
			return netip.Addr{}, false
		}
		if value > 255 {
			return netip.Addr{}, false
		}
	}
	part[n] = byte(value)
	return netip.AddrFrom4(part), n == 3 && length > 0
}

// ParseBool reads a value of Bool or Null: true or false, in any case.
func ParseBool(s string) (value, ok bool) {
	switch {
	case s == "true", strings.EqualFold(s, "true"):
		return true, true
	case strings.EqualFold(s, "false"):
		return false, true
	}
	return false, false
}

// ParseBinary reads the base64 text of a value of BinaryEquals and gives the bytes. Text with bits in its last
// character that belong to no byte is not read: AWS does not document whether QUJ= is the same as QUI=.
func ParseBinary(s string) (string, bool) {
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	return string(b), err == nil
}
