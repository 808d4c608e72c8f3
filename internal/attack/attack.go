// Package attack says which techniques of MITRE ATT&CK a finding is a sign of, for those who sort
// and count alerts by them.
//
// The identifiers and names are those of ATT&CK Enterprise v19, of 2026. Version 19 revoked T1562
// (Impair Defenses) and its sub-techniques: what was T1562.001 is T1685, and T1562.008 is
// T1685.002.
//
// https://attack.mitre.org/resources/updates/updates-april-2026/
package attack

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
)

// Version is the version of ATT&CK that the techniques are of.
const Version = "19"

var (
	manipulation = technique("T1098", "Account Manipulation")
	// permissions is also about permissions that are added to an account in a cloud, for instance by
	// another version of a policy.
	permissions = technique("T1098.003", "Account Manipulation: Additional Cloud Roles")
	newAccount  = technique("T1136.003", "Create Account: Cloud Account")
	tools       = technique("T1685", "Disable or Modify Tools")
	logs        = technique("T1685.002", "Disable or Modify Tools: Disable or Modify Cloud Log")
)

// technique has the address that ATT&CK gives a technique, and a sub-technique below it.
func technique(id, name string) finding.Technique {
	return finding.Technique{ID: id, Name: name, URL: "https://attack.mitre.org/techniques/" + strings.ReplaceAll(id, ".", "/") + "/"}
}

// Of are the techniques of a finding: by its drift, and by the call that opened it. There are none
// where nobody did anything, as when an exemption ends.
func Of(f finding.Finding) finding.Techniques {
	call := ""
	if opened, known := f.Opener(); known {
		call = opened.Event.Name
	}
	switch f.Drift {
	case finding.Missing, finding.Replaced, finding.AbsentPolicy, finding.ExemptChanged:
		switch call {
		case "CreateRole", "CreateUser", "AcquireRole":
			return finding.Techniques{newAccount}
		}
		return manipulated(f)
	case finding.Widened, finding.Altered, finding.PolicyChanged, finding.Protected:
		return finding.Techniques{permissions}
	case finding.Moved, finding.Withheld:
		return manipulated(f)
	case finding.ControlTampered:
		if slices.Contains(logging, call) {
			return finding.Techniques{logs}
		}
		return finding.Techniques{tools}
	}
	return nil
}

// manipulated is a change of a principal, which gave it permissions where it escaped.
func manipulated(f finding.Finding) finding.Techniques {
	if f.Escape {
		return finding.Techniques{permissions}
	}
	return finding.Techniques{manipulation}
}

// logging are the calls that keep records of calls from being written, delivered or kept.
var logging = []string{
	"StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors", "PutEventConfiguration",
	"DeleteLogGroup", "DeleteLogStream", "PutRetentionPolicy", "DeleteRetentionPolicy", "PutTransformer",
	"StopConfigurationRecorder", "DeleteConfigurationRecorder",
}
