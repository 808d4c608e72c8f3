package publish

import (
	"net/netip"
	"strings"

	"github.com/ringfence/ringfence/internal/attack"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/links"
)

// mostEvidences is how many calls are told in the format of OCSF.
const mostEvidences = 20

// ocsfEvidences are the calls by which a finding came to be known: the one that opened it first,
// then those of its evidence, each once.
func ocsfEvidences(f finding.Finding) []ocsfEvidence {
	var all []ocsfEvidence
	seen := map[string]bool{}
	calls := finding.Calls{{Actor: f.Actor, Event: f.Event}}
	if f.OpenedBy != nil {
		calls = finding.Calls{*f.OpenedBy, calls[0]}
	}
	for _, c := range append(calls, f.Evidence...) {
		if key := c.Event.ID + " " + c.Event.Name; seen[key] || len(all) == mostEvidences {
			continue
		} else if e, ok := ocsfEvidenceOf(c); ok {
			seen[key] = true
			all = append(all, e)
		}
	}
	return all
}

// ocsfEvidenceOf is a call, ok where the record of it says anything.
func ocsfEvidenceOf(c finding.Call) (e ocsfEvidence, ok bool) {
	e.Name, e.UID = fitted(call(c.Event), factLimit), fitted(c.Event.ID, 128)
	kind := ocsfUserType(c.Actor.Type)
	if user := (ocsfUser{fitted(c.Actor.ARN, factLimit), fitted(short(c.Actor), 256), kind.caption, kind.id, fitted(c.Actor.AccessKeyID, 128)}); user.UID != "" || user.Name != "" {
		e.Actor = &ocsfActor{user, ocsfSessionOf(c.Actor)}
	}
	if operation := fitted(c.Event.Name, 128); operation != "" {
		e.API = &ocsfAPI{operation}
	}
	// A service that calls in somebody's name has a name in place of an address.
	if ip, err := netip.ParseAddr(c.Actor.SourceIP); err == nil && ip.Zone() == "" {
		e.SrcEndpoint = &ocsfEndpoint{IP: ip.String()}
	} else if from := fitted(c.Actor.SourceIP, 256); from != "" {
		e.SrcEndpoint = &ocsfEndpoint{Name: from}
	}
	if agent := fitted(c.Actor.UserAgent, 512); agent != "" {
		e.HTTPRequest = &ocsfHTTPRequest{agent}
	}
	return e, e.Actor != nil || e.API != nil || e.SrcEndpoint != nil
}

// ocsfSessionOf is the session of a caller, nil where the record tells of none.
func ocsfSessionOf(a finding.Actor) *ocsfSession {
	s := ocsfSession{Issuer: fitted(a.SessionIssuer, factLimit)}
	if a.MFA == "true" || a.MFA == "false" {
		mfa := a.MFA == "true"
		s.IsMFA = &mfa
	}
	if s == (ocsfSession{}) {
		return nil
	}
	return &s
}

// ocsfAttacks are the techniques of a finding.
func ocsfAttacks(f finding.Finding) (all []ocsfAttack) {
	for _, t := range f.Attack {
		a, said := ocsfAttack{Version: attack.Version}, &ocsfTechnique{fitted(t.ID, 64), fitted(t.Name, 256), ""}
		if links.Safe(t.URL) {
			said.SrcURL = t.URL
		}
		if said.UID == "" {
			continue
		}
		if strings.Contains(t.ID, ".") {
			a.SubTechnique = said
		} else {
			a.Technique = said
		}
		all = append(all, a)
	}
	return all
}

// ocsfUserType is the type of a CloudTrail identity.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
func ocsfUserType(of string) value {
	switch of = fitted(of, 64); of {
	case "":
		return value{0, "Unknown"}
	case "IAMUser":
		return value{1, "User"}
	case "Root":
		return value{2, "Admin"}
	case "AWSService":
		return value{4, "Service"}
	}
	return value{99, of}
}
