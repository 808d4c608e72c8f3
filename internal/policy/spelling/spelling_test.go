package spelling

import "testing"

func TestAction(t *testing.T) {
	for asked, want := range map[string]string{
		"s3:GetObjct": "s3:GetObject", "sqs:SendMesage": "sqs:SendMessage", "S3:getobjet": "s3:GetObject", "s33:GetObject": "s3:GetObject",
		"dynamodbb:GetItm": "dynamodb:GetItem", "s3:Nonsense": "", "nosuchservice:GetObject": "", "s3": "", "": "",
	} {
		if got := Action(asked); got != want {
			t.Errorf("%q: %q, want %q", asked, got, want)
		}
	}
}

func TestKey(t *testing.T) {
	for asked, want := range map[string]string{
		"aws:PrincipleTag/team": "aws:PrincipalTag/team", "aws:SourceVPCs": "aws:SourceVpc", "iam:PermissionBoundary": "iam:PermissionsBoundary",
		"aws:Nonsense": "", "nosuch:key": "", "": "", "s3:ExistingObjectTags/a": "s3:ExistingObjectTag/a",
	} {
		if got := Key(asked); got != want {
			t.Errorf("%q: %q, want %q", asked, got, want)
		}
	}
}
