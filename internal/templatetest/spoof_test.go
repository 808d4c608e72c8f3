package templatetest_test

import "testing"

// A principal that may write to a log of the account can add to the metrics of the namespace
// Ringfence. This cannot suppress an alarm with an upper threshold: the highest value counts, not
// the sum.
func TestNoAlarmIsHeldDownByMetricsOfOthers(t *testing.T) {
	s, found := single(t), 0
	for _, id := range s.ofType("AWS::CloudWatch::Alarm") {
		p := s.properties(id)
		if p["Namespace"] != "Ringfence" || p["ComparisonOperator"] != "GreaterThanThreshold" {
			continue
		}
		found++
		if p["Statistic"] != "Maximum" {
			t.Errorf("%s rings by the %v", id, p["Statistic"])
		}
	}
	if found < 3 {
		t.Errorf("%d alarms on metrics of our own", found)
	}
}
