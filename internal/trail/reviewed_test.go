package trail_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ringfence/ringfence/internal/policy/catalog"
	"github.com/ringfence/ringfence/internal/trail"
)

// reviewed are IAM's write calls that need not be watched, by reason. They change no boundary, no match of a
// rule, and nothing that an identity policy grants.
var reviewed = map[string][]string{
	"it changes only the credentials of a principal": {
		"ChangePassword", "CreateAccessKey", "CreateLoginProfile", "CreateServiceSpecificCredential", "CreateVirtualMFADevice",
		"DeactivateMFADevice", "DeleteAccessKey", "DeleteLoginProfile", "DeleteSSHPublicKey", "DeleteServiceSpecificCredential",
		"DeleteSigningCertificate", "DeleteVirtualMFADevice", "EnableMFADevice", "ResetServiceSpecificCredential", "ResyncMFADevice",
		"UpdateAccessKey", "UpdateLoginProfile", "UpdateSSHPublicKey", "UpdateServiceSpecificCredential", "UpdateSigningCertificate",
		"UploadSSHPublicKey", "UploadSigningCertificate",
		"DeleteCloudFrontPublicKey", "UpdateCloudFrontPublicKey", "UploadCloudFrontPublicKey",
	},
	"it changes who may sign in or assume a role, not what the role may do": {
		"AddClientIDToOpenIDConnectProvider", "CreateOpenIDConnectProvider", "CreateSAMLProvider", "DeleteOpenIDConnectProvider",
		"DeleteSAMLProvider", "DisableOrganizationsRootCredentialsManagement", "DisableOrganizationsRootSessions",
		"DisableOutboundWebIdentityFederation", "EnableOrganizationsRootCredentialsManagement", "EnableOrganizationsRootSessions",
		"EnableOutboundWebIdentityFederation", "RemoveClientIDFromOpenIDConnectProvider", "SetSecurityTokenServicePreferences",
		"UpdateOpenIDConnectProviderThumbprint", "UpdateSAMLProvider",
	},
	"it lets an actor act for an account for a time; the calls of that actor are recorded separately": {
		"AcceptDelegationRequest", "AssociateDelegationRequest", "CreateDelegationRequest", "RejectDelegationRequest",
		"SendDelegationToken", "UpdateDelegationRequest",
	},
	"it enables or disables role manager; the role that is made is recorded as AcquireRole": {"PutAccountProperties"},
	"no rule depends on what it changes":                                                    {"UpdateRole", "UpdateRoleDescription"},
	"it makes a role available to an instance and does not change the role": {
		"AddRoleToInstanceProfile", "CreateInstanceProfile", "DeleteInstanceProfile", "RemoveRoleFromInstanceProfile",
	},
	"a group carries no boundary, and its members are not changed by it":                                            {"CreateGroup", "DeleteGroup", "UpdateGroup"},
	"no principal is left to carry a boundary, and the service creates the role again with CreateServiceLinkedRole": {"DeleteServiceLinkedRole"},
	"it tags something that no rule depends on": {
		"TagInstanceProfile", "TagMFADevice", "TagOpenIDConnectProvider", "TagSAMLProvider", "TagServerCertificate",
		"UntagInstanceProfile", "UntagMFADevice", "UntagOpenIDConnectProvider", "UntagSAMLProvider", "UntagServerCertificate",
	},
	"it affects the account and no principal": {
		"CreateAccountAlias", "DeleteAccountAlias", "DeleteAccountPasswordPolicy", "DeleteServerCertificate",
		"SetSTSRegionalEndpointStatus", "UpdateAccountEmailAddress", "UpdateAccountName", "UpdateAccountPasswordPolicy", "UpdateServerCertificate", "UploadServerCertificate",
	},
	"it is a permission, not an API call": {"PassRole"},
}

// Ensure that every write call of IAM is watched or was reviewed, including calls that AWS adds. The SDK and
// the catalogue list the calls.
func TestEveryWriteOfIAMIsWatchedOrReviewed(t *testing.T) {
	const source = "iam.amazonaws.com"
	why := map[string]string{}
	for reason, names := range reviewed {
		for _, name := range names {
			if other := why[name]; other != "" {
				t.Errorf("%s: reviewed twice: %s; %s", name, other, reason)
			}
			why[name] = reason
		}
	}
	watched := trail.Watched()
	writes := writesOfIAM()
	if len(writes) < 100 {
		t.Fatalf("only %d writes of IAM are known", len(writes))
	}
	for _, name := range writes {
		is := slices.Contains(watched, trail.Call{Source: source, Name: name})
		switch {
		case is && why[name] != "":
			t.Errorf("%s is watched, but was reviewed as a call that need not be", name)
		case !is && why[name] == "":
			t.Errorf("%s is new: make package trail read it, or add it to the reviewed calls with the reason why it changes no boundary", name)
		}
		delete(why, name)
	}
	for name := range why {
		t.Errorf("%s was reviewed, but is not a write call of IAM", name)
	}
}

// writesOfIAM returns the operations of the SDK and the actions of the catalogue that change something. An action
// counts as a write unless its access level or its name says that it is a read.
func writesOfIAM() []string {
	var names []string
	add := func(name string) {
		if a, ok := catalog.Lookup("iam:" + name); ok && (a.Level == catalog.Read || a.Level == catalog.List) {
			return
		}
		for _, reads := range []string{"Get", "List", "Simulate", "Generate"} {
			if strings.HasPrefix(name, reads) {
				return
			}
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	client := reflect.TypeFor[*iam.Client]()
	for i := range client.NumMethod() {
		if m := client.Method(i); m.Type.NumOut() == 2 && m.Type.NumIn() == 4 { // receiver, context, input, options
			add(m.Name)
		}
	}
	for _, a := range catalog.Actions("iam") {
		add(a.Name)
	}
	slices.Sort(names)
	return names
}
