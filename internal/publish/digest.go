package publish

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
)

// digest is several findings in one message, the worst first.
type digest struct{ findings []finding.Finding }

func newDigest(findings []finding.Finding) digest {
	sorted := slices.Clone(findings)
	slices.SortStableFunc(sorted, func(a, b finding.Finding) int { return cmp.Compare(a.Severity.Rank(), b.Severity.Rank()) })
	return digest{sorted}
}

// common is a value that all findings have, empty where they differ.
func (d digest) common(of func(finding.Finding) string) string {
	value := of(d.findings[0])
	for _, f := range d.findings {
		if of(f) != value {
			return ""
		}
	}
	return value
}

func (d digest) account() string {
	return d.common(func(f finding.Finding) string { return f.Account })
}

func (d digest) drift() finding.Drift {
	return finding.Drift(d.common(func(f finding.Finding) string { return string(f.Drift) }))
}

// status is open where any finding is.
func (d digest) status() finding.Status {
	if slices.ContainsFunc(d.findings, func(f finding.Finding) bool { return !resolved(f) }) {
		return finding.Open
	}
	return finding.Resolved
}

func (d digest) state() string { return strings.ToUpper(string(d.status())) }

// message is the digest as one message of the topic. Where that is too long, the texts of
// long findings are cut, and then the last findings are left out.
func (d digest) message() (string, error) {
	email, sms, chat := d.text(), d.subject(), d.notification()
	encode := func(findings []finding.Finding) ([]byte, error) {
		return protocols(finding.Digest{
			SchemaVersion: finding.SchemaVersion,
			Digest:        true,
			Account:       d.account(),
			Status:        d.status(),
			Count:         len(d.findings),
			Severity:      worst(d.findings),
			Omitted:       len(d.findings) - len(findings),
			Findings:      findings,
		}, email, sms, chat)
	}
	findings := d.findings
	text, err := encode(findings)
	for _, most := range []int{16 << 10, 4 << 10} {
		if err != nil || len(text) <= sizeLimit {
			return string(text), err
		}
		if findings, err = shortenEach(findings, most); err != nil {
			return "", err
		}
		text, err = encode(findings)
	}
	for err == nil && len(text) > sizeLimit && len(findings) > 0 {
		n := len(findings)
		findings = findings[:min(n-1, n*sizeLimit/len(text))]
		text, err = encode(findings)
	}
	if err == nil && len(text) > sizeLimit {
		return "", fmt.Errorf("it is too long: %d bytes, of which %d fit", len(text), sizeLimit)
	}
	return string(text), err
}

// shortenEach cuts the texts of those findings whose JSON is longer than most bytes.
func shortenEach(findings []finding.Finding, most int) ([]finding.Finding, error) {
	short := slices.Clone(findings)
	for i := range short {
		for _, longest := range cuts {
			text, err := json.Marshal(short[i])
			if err != nil {
				return nil, err
			}
			if len(text) <= most {
				break
			}
			if short[i], err = shorten(short[i], longest); err != nil {
				return nil, err
			}
		}
	}
	return short, nil
}
