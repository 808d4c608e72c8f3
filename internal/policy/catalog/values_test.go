package catalog

import "testing"

// These are what the Service Authorization Reference and the page of the global condition keys say.
func TestValuesOf(t *testing.T) {
	for key, want := range map[string]Values{
		"iam:PassedToService":     {String, Single, Sometimes},
		"iam:PermissionsBoundary": {ARN, Single, Sometimes},
		"ec2:InstanceType":        {String, Single, Sometimes},
		"EC2:instancetype":        {String, Single, Sometimes},
		"ec2:ResourceTag/env":     {String, Single, Sometimes},
		"kms:ViaService":          {String, Single, Sometimes},
		"s3:x-amz-acl":            {String, Single, Sometimes},
		"s3:max-keys":             {Numeric, Single, Sometimes},
		"dynamodb:Attributes":     {String, Multivalued, Sometimes},
		"dynamodb:LeadingKeys":    {String, Multivalued, Sometimes},
		"aws:TagKeys":             {String, Multivalued, Sometimes},
		"aws:CurrentTime":         {Date, Single, Always},
		"AWS:requestedregion":     {String, Single, Always},
		"aws:TokenIssueTime":      {Date, Single, Sometimes},
		"aws:MultiFactorAuthAge":  {Numeric, Single, Sometimes},
		"aws:RequestTag/a/b":      {String, Single, Sometimes},
		"aws:PrincipalTag/team":   {String, Single, Sometimes},
		"aws:PrincipalTag":        {},
		"aws:SourceAccount":       {String, Single, Never},
		"identitystore:UserId":    {String, AnyNumber, Sometimes}, // services differ
		"aws:NoSuchKey":           {},
		"nosuch:key":              {},
		"":                        {},
	} {
		if got := ValuesOf(key); got != want {
			t.Errorf("%s: %v, want %v", key, got, want)
		}
	}
}
