package audit

import (
	"io"

	"github.com/ringfence/ringfence/internal/sarif"
)

// WriteSARIF writes the principals and policies that are outside as SARIF results.
func (r *Report) WriteSARIF(w io.Writer, version string) error {
	var log sarif.Log
	for _, b := range r.Boundaries {
		result := sarif.Result{Drift: b.Drift, Severity: b.Severity, Name: b.ARN, Reason: b.Reason, File: r.source(b.Account), Key: b.ARN}
		switch {
		case b.State == off:
			log.Add(result)
		case b.State == unknown && b.Name != "":
			result.Drift = sarif.NotJudged
			log.Add(result)
		}
	}
	for i := range r.Principals {
		p := &r.Principals[i]
		result := sarif.Result{Drift: p.Drift, Severity: p.Severity, Name: p.ARN, Reason: p.Reason, File: r.source(p.Account), Key: p.ARN}
		switch p.State {
		case Outside:
			log.Add(result)
		case Unknown:
			result.Drift = sarif.NotJudged
			log.Add(result)
		}
	}
	for _, why := range r.Partial {
		log.Incomplete(why)
	}
	return log.Write(w, version, !r.Incomplete())
}

// source returns the first file that an account was read from.
func (r *Report) source(account string) string {
	for _, a := range r.Accounts {
		if a.Account == account && len(a.Sources) > 0 && a.Sources[0] != "" {
			return a.Sources[0]
		}
	}
	return "iam"
}
