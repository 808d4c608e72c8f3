package value_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/value"
)

func TestNumbersAreStoredPlain(t *testing.T) {
	for in, want := range map[string]string{
		"0": "0", "-0": "0", "0.0": "0", "0e999999999999": "0", "00": "0", "7": "7", "+7": "7", "007": "7", "7.": "7", ".5": "0.5", "-.50": "-0.5", "12.340": "12.34",
		"1e3": "1000", "1E+3": "1000", "1.5e1": "15", "15e-1": "1.5", "15e-3": "0.015", "120": "120", "1e-130": "0." + strings.Repeat("0", 129) + "1",
		strings.Repeat("9", 38) + "e88": strings.Repeat("9", 38) + strings.Repeat("0", 88), strings.Repeat("1", 38) + "000": strings.Repeat("1", 38) + "000",
	} {
		n := &types.AttributeValueMemberN{Value: in}
		if err := value.Check(n); err != nil || n.Value != want {
			t.Errorf("%s: %s, want %s, %v", in, n.Value, want, err)
		}
	}
	for _, in := range []string{"", " 1", "1 ", "--1", "1e", "e1", ".", "-", "1.2.3", "0x1", "1_0", "NaN", "Inf", "1e1.5", "1e126", "1e-131", "1e99999999999999999999", "1e-99999999999999999999", strings.Repeat("1", 39)} {
		if err := value.Check(&types.AttributeValueMemberN{Value: in}); err == nil {
			t.Errorf("%q is accepted", in)
		}
	}
}

// ordered are numbers in stored form, in increasing order.
var ordered = []string{
	"-100000000000000000000000000000000000000000", "-101", "-100", "-12.5", "-12.25", "-12", "-2", "-1.25", "-1.2", "-1", "-0.5", "-0.05", "-0.04999", "0",
	"0.0001", "0.001", "0.00101", "0.5", "1", "1.2", "1.25", "2", "9", "10", "12", "99", "100", "101", "100000000000000000000000000000000000000000",
}

func TestNumbersHaveAnOrder(t *testing.T) {
	for i, a := range ordered {
		for j, b := range ordered {
			x, y := &types.AttributeValueMemberN{Value: a}, &types.AttributeValueMemberN{Value: b}
			order, ok := value.Compare(x, y)
			if !ok || (order < 0) != (i < j) || (order > 0) != (i > j) || value.Equal(x, y) != (i == j) {
				t.Errorf("%s and %s: %d", a, b, order)
			}
			if keys := strings.Compare(value.Key(x), value.Key(y)); (keys < 0) != (i < j) || (keys > 0) != (i > j) {
				t.Errorf("the keys of %s and %s: %d", a, b, keys)
			}
		}
	}
}

func TestSums(t *testing.T) {
	for _, x := range []struct{ a, b, sum, difference string }{
		{"1", "2", "3", "-1"},
		{"0", "0", "0", "0"},
		{"0.1", "0.2", "0.3", "-0.1"},
		{"-5", "5", "0", "-10"},
		{"99.99", "0.01", "100", "99.98"},
		{"1000000000000000000000000000000000000", "1", "1000000000000000000000000000000000001", "999999999999999999999999999999999999"},
		{"-0.5", "-0.25", "-0.75", "-0.25"},
	} {
		sum, err := value.Add(x.a, x.b)
		difference, err2 := value.Subtract(x.a, x.b)
		if err != nil || err2 != nil || sum != x.sum || difference != x.difference {
			t.Errorf("%s, %s: %s %v, %s %v", x.a, x.b, sum, err, difference, err2)
		}
	}
	large := strings.Repeat("9", 38) + strings.Repeat("0", 88)
	if sum, err := value.Add(large, large); err == nil {
		t.Errorf("%s", sum)
	}
}

func TestSizes(t *testing.T) {
	for _, x := range []struct {
		v    types.AttributeValue
		want int
	}{
		{&types.AttributeValueMemberS{Value: "é"}, 2},
		{&types.AttributeValueMemberN{Value: "12345"}, 4},
		{&types.AttributeValueMemberN{Value: "-1200"}, 3},
		{&types.AttributeValueMemberN{Value: "0"}, 1},
		{&types.AttributeValueMemberBOOL{}, 1},
		{&types.AttributeValueMemberNULL{Value: true}, 1},
		{&types.AttributeValueMemberB{Value: make([]byte, 5)}, 5},
		{&types.AttributeValueMemberSS{Value: []string{"a", "bc"}}, 3},
		{&types.AttributeValueMemberNS{Value: []string{"1", "22"}}, 4},
		{&types.AttributeValueMemberBS{Value: [][]byte{{1, 2}}}, 2},
		{&types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberS{Value: "abc"}}}, 7},
		{&types.AttributeValueMemberM{Value: value.Item{"k": &types.AttributeValueMemberS{Value: "abc"}}}, 8},
	} {
		if got := value.ItemSize(value.Item{"name": x.v}); got != 4+x.want {
			t.Errorf("%T: %d, want %d", x.v, got, 4+x.want)
		}
	}
}

func FuzzNumber(f *testing.F) {
	for _, n := range slices.Concat(ordered, []string{"1e125", "-1E-130", "00.10", "+5"}) {
		f.Add(n)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := value.ParseNumber(text)
		if err != nil {
			return
		}
		again, err := value.ParseNumber(n.String())
		if err != nil || again != n {
			t.Errorf("%q became %s, and that %v, %v", text, n, again, err)
		}
		if sum, err := value.Add(n.String(), "0"); err != nil || sum != n.String() {
			t.Errorf("%s and nothing is %s, %v", n, sum, err)
		}
	})
}
