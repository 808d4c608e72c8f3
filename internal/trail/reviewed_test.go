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

// reviewed are IAM's writes that need not be watched, by the reason why they change no
// boundary, nobody's reach of a rule, and nothing that an identity policy grants.
var reviewed = map[string][]string{
	"it changes the credentials of a principal, which stays what it is": {
		"ChangePassword", "CreateAccessKey", "CreateLoginProfile", "CreateServiceSpecificCredential", "CreateVirtualMFADevice",
		"DeactivateMFADevice", "DeleteAccessKey", "DeleteLoginProfile", "DeleteSSHPublicKey", "DeleteServiceSpecificCredential",
		"DeleteSigningCertificate", "DeleteVirtualMFADevice", "EnableMFADevice", "ResetServiceSpecificCredential", "ResyncMFADevice",
		"UpdateAccessKey", "UpdateLoginProfile", "UpdateSSHPublicKey", "UpdateServiceSpecificCredential", "UpdateSigningCertificate",
		"UploadSSHPublicKey", "UploadSigningCertificate",
		"DeleteCloudFrontPublicKey", "UpdateCloudFrontPublicKey", "UploadCloudFrontPublicKey",
	},
	"it changes who may sign in or take a role, and not what the role may do": {
		"AddClientIDToOpenIDConnectProvider", "CreateOpenIDConnectProvider", "CreateSAMLProvider", "DeleteOpenIDConnectProvider",
		"DeleteSAMLProvider", "DisableOrganizationsRootCredentialsManagement", "DisableOrganizationsRootSessions",
		"DisableOutboundWebIdentityFederation", "EnableOrganizationsRootCredentialsManagement", "EnableOrganizationsRootSessions",
		"EnableOutboundWebIdentityFederation", "RemoveClientIDFromOpenIDConnectProvider", "SetSecurityTokenServicePreferences",
		"UpdateOpenIDConnectProviderThumbprint", "UpdateSAMLProvider",
	},
	"it lets somebody act for an account for a time; what is done then is recorded as calls of its own": {
		"AcceptDelegationRequest", "AssociateDelegationRequest", "CreateDelegationRequest", "RejectDelegationRequest",
		"SendDelegationToken", "UpdateDelegationRequest",
	},
	"it enables or disables role manager; the role that is made is recorded as AcquireRole": {"PutAccountProperties"},
	"no rule goes by what it changes of a role":                                             {"UpdateRole", "UpdateRoleDescription"},
	"it puts a role where an instance finds it, and the role stays what it is": {
		"AddRoleToInstanceProfile", "CreateInstanceProfile", "DeleteInstanceProfile", "RemoveRoleFromInstanceProfile",
	},
	"a group carries no boundary, and its members are not changed by it":                                            {"CreateGroup", "DeleteGroup", "UpdateGroup"},
	"no principal is left to carry a boundary, and the service creates the role again with CreateServiceLinkedRole": {"DeleteServiceLinkedRole"},
	"it tags what no rule goes by": {
		"TagInstanceProfile", "TagMFADevice", "TagOpenIDConnectProvider", "TagSAMLProvider", "TagServerCertificate",
		"UntagInstanceProfile", "UntagMFADevice", "UntagOpenIDConnectProvider", "UntagSAMLProvider", "UntagServerCertificate",
	},
	"it is about the account, and about no principal": {
		"CreateAccountAlias", "DeleteAccountAlias", "DeleteAccountPasswordPolicy", "DeleteServerCertificate",
		"SetSTSRegionalEndpointStatus", "UpdateAccountEmailAddress", "UpdateAccountName", "UpdateAccountPasswordPolicy", "UpdateServerCertificate", "UploadServerCertificate",
	},
	"it is a permission, and no call of an API": {"PassRole"},
}

// Ensure that an API which AWS adds to IAM is decided on: every write that the SDK or the
// catalogue knows is watched, or was reviewed.
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
			t.Errorf("%s is watched, and was reviewed as one that need not be", name)
		case !is && why[name] == "":
			t.Errorf("%s is new: have package trail read it, or review it here as one that changes no boundary, because …", name)
		}
		delete(why, name)
	}
	for name := range why {
		t.Errorf("%s was reviewed, and is no write of IAM", name)
	}
}

// writesOfIAM are the operations of the SDK, and the actions of the catalogue, that change
// something. What neither says is a read by its level or its name counts as a write.
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
