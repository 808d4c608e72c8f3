package delegation

import (
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy/catalog"
)

// harmless are the actions of IAM and STS that change something and get nobody a principal outside the boundary, by
// reason.
var harmless = map[string][]string{
	"it takes access away from a principal, and gives none": {
		"DeleteAccessKey", "DeleteLoginProfile", "DeleteSSHPublicKey", "DeleteServiceSpecificCredential", "DeleteSigningCertificate",
		"DeleteUser", "DeleteRole", "DeleteGroup", "DeleteServiceLinkedRole", "DeleteSAMLProvider", "DeleteOpenIDConnectProvider",
		"RemoveClientIDFromOpenIDConnectProvider",
	},
	"it is about MFA devices, and signing in takes a password besides": {
		"CreateVirtualMFADevice", "DeleteVirtualMFADevice", "DeactivateMFADevice", "EnableMFADevice", "ResyncMFADevice",
	},
	"it needs the current password":                         {"ChangePassword"},
	"the role is one of a service, which alone can use it":  {"CreateServiceLinkedRole"},
	"a new group has no policies and no users":              {"CreateGroup"},
	"a description or the length of sessions gives nothing": {"UpdateRole", "UpdateRoleDescription"},
	"a role in an instance profile must be passed, which is iam:PassRole": {
		"AddRoleToInstanceProfile", "CreateInstanceProfile", "DeleteInstanceProfile", "RemoveRoleFromInstanceProfile",
	},
	"no policy of this check can be sure of tags: any value is looked at": {
		"TagRole", "TagUser", "TagPolicy", "UntagRole", "UntagUser", "UntagPolicy", "TagInstanceProfile", "TagMFADevice", "TagOpenIDConnectProvider",
		"TagSAMLProvider", "TagServerCertificate", "UntagInstanceProfile", "UntagMFADevice", "UntagOpenIDConnectProvider", "UntagSAMLProvider",
		"UntagServerCertificate", "TagSession", "TagGetWebIdentityToken",
	},
	"who acts for the account gets what the one who accepts has": {
		"AcceptDelegationRequest", "AssociateDelegationRequest", "CreateDelegationRequest", "RejectDelegationRequest", "SendDelegationToken",
		"GetDelegatedAccessToken",
	},
	"it is about the account and no principal": {
		"CreateAccountAlias", "DeleteAccountAlias", "DeleteAccountPasswordPolicy", "DeleteServerCertificate", "SetSTSRegionalEndpointStatus",
		"UpdateAccountEmailAddress", "UpdateAccountName", "UpdateAccountPasswordPolicy", "UpdateServerCertificate", "UploadServerCertificate",
		"SetSecurityTokenServicePreferences", "DeleteCloudFrontPublicKey", "UpdateCloudFrontPublicKey", "UploadCloudFrontPublicKey",
		"DisableOrganizationsRootCredentialsManagement", "DisableOrganizationsRootSessions", "DisableOutboundWebIdentityFederation",
		"EnableOrganizationsRootCredentialsManagement", "EnableOrganizationsRootSessions", "EnableOutboundWebIdentityFederation",
	},
	"the trust policy of the role decides, and not the caller's policies": {"AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"},
	"the session has no more than the caller":                             {"GetFederationToken", "GetWebIdentityToken", "SetSourceIdentity", "SetContext", "DecodeAuthorizationMessage"},
}

// Every action of IAM and STS that changes something, also one that AWS adds, is in a hole or was reviewed.
func TestEveryWriteIsInAHoleOrReviewed(t *testing.T) {
	in := map[string]bool{}
	for _, h := range holes {
		for _, action := range h.actions {
			if _, ok := catalog.Lookup(action); !ok {
				t.Errorf("%s: there is no action %s", h.id, action)
			}
			in[action] = true
		}
	}
	why := map[string]string{}
	for reason, names := range harmless {
		for _, n := range names {
			if why[n] != "" {
				t.Errorf("%s was reviewed twice", n)
			}
			why[n] = reason
		}
	}
	writes := 0
	for _, a := range slices.Concat(catalog.Actions("iam"), catalog.Actions("sts")) {
		if a.Level == catalog.Read || a.Level == catalog.List {
			continue
		}
		writes++
		switch reviewed := why[a.Name] != ""; {
		case in[a.String()] && reviewed:
			t.Errorf("%s is in a hole, and was reviewed as harmless", a)
		case !in[a.String()] && !reviewed:
			t.Errorf("%s is new: add it to a hole, or to the reviewed actions with the reason why it is harmless", a)
		}
		delete(why, a.Name)
	}
	for n := range why {
		t.Errorf("%s was reviewed, but is not a write of IAM or STS", n)
	}
	if writes < 100 {
		t.Errorf("only %d writes", writes)
	}
}

// What counts as privilege escalation in a finding is in a hole, and what is checked by boundary is what AWS documents.
func TestPrivilegeEscalationsAreInHoles(t *testing.T) {
	in := map[string]bool{"iam:AcquireRole": true} // which takes what creating a role takes
	for _, h := range holes {
		for _, action := range h.actions {
			in[action] = true
		}
	}
	found := 0
	for _, a := range catalog.Actions("iam") {
		if exposure.IsPrivilegeEscalation(&finding.Witness{Action: a.String()}) {
			found++
			if !in[a.String()] {
				t.Errorf("%s is in no hole", a)
			}
		}
		if a.HasKey(boundaryKey) && a.Level != catalog.Read && !in[a.String()] && !strings.HasPrefix(a.Name, "UpdateRole") && a.Name != "DeleteRole" {
			t.Errorf("%s has %s, and is in no hole", a, boundaryKey)
		}
	}
	if found < 20 {
		t.Errorf("only %d", found)
	}
}
