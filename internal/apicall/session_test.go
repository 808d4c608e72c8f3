package apicall

import "testing"

// What a call of STS needs is in the same order every time.
func TestWhatASessionNeeds(t *testing.T) {
	record := []byte(`{"eventSource":"sts.amazonaws.com","eventName":"AssumeRole","requestParameters":{"roleArn":"arn:aws:iam::111122223333:role/r","tags":[{"key":"a","value":"b"}],"sourceIdentity":"s"}}`)
	for range 20 {
		var v View
		if !v.Read(record) {
			t.Fatal("not read")
		}
		r := v.Record()
		if got := names(Mapping{Needs: r.Needs(Map(r.Source, r.Name))}); got != "sts:AssumeRole sts:SetSourceIdentity sts:TagSession" {
			t.Fatal(got)
		}
	}
}
