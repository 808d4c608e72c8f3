package lake

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/lake/query"
)

// Ensure that the documentation names each call that is made, and the prices.
func TestPermissionsAndPricesAreDocumented(t *testing.T) {
	data, err := os.ReadFile("../../docs/backtest.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(data), "## Past one machine")
	if !found {
		t.Fatal("no section: " + permissions)
	}
	var wants []string
	for service, api := range map[string]reflect.Type{"athena": reflect.TypeFor[AthenaAPI](), "cloudtrail": reflect.TypeFor[CloudTrailAPI]()} {
		for i := range api.NumMethod() {
			wants = append(wants, fmt.Sprintf("`%s:%s`", service, api.Method(i).Name))
		}
	}
	for _, p := range []query.Price{query.AthenaPrice, query.LakePrice} {
		wants = append(wants, fmt.Sprintf("$%g a %s in\n[%s](%s)", p.Dollars, p.UnitName, p.Service, p.Page))
	}
	for _, want := range append(wants, strings.Replace(query.Listed, "price", "prices", 1)) {
		if !strings.Contains(section, want) && !strings.Contains(section, strings.Replace(want, "\n", " ", 1)) {
			t.Errorf("docs/backtest.md, Past one machine: no %s", want)
		}
	}
}
