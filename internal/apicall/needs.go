package apicall

import (
	"strings"

	"github.com/ringfence/ringfence/internal/policy/catalog"
)

// versioned are the actions that have another name if the call names a version of an object.
//
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
var versioned = map[string]string{
	"s3:GetObject": "s3:GetObjectVersion", "s3:DeleteObject": "s3:DeleteObjectVersion", "s3:GetObjectAttributes": "s3:GetObjectVersionAttributes",
	"s3:GetObjectAcl": "s3:GetObjectVersionAcl", "s3:PutObjectAcl": "s3:PutObjectVersionAcl", "s3:GetObjectTorrent": "s3:GetObjectVersionTorrent",
	"s3:GetObjectTagging": "s3:GetObjectVersionTagging", "s3:PutObjectTagging": "s3:PutObjectVersionTagging",
	"s3:DeleteObjectTagging": "s3:DeleteObjectVersionTagging",
}

// Needs returns the actions that the call of the record needed. m is the mapping of its name.
func (r *Record) Needs(m Mapping) []Need {
	if !m.Varies {
		return m.Needs
	}
	p := r.parameters()
	switch {
	case m.prefix == "sts":
		return append(m.Needs[:len(m.Needs):len(m.Needs)], sessionNeeds(p)...)
	case m.prefix == "autoscaling":
		return scalingNeeds(m, p)
	case strings.HasSuffix(m.name, "PublicAccessBlock"):
		return accessBlockNeeds(m, p)
	case m.name == "DeleteObjects":
		// The versions are in the body, which records do not have.
		return either(m, "s3:DeleteObjectVersion")
	}
	needs := make([]Need, len(m.Needs))
	for i, n := range m.Needs {
		if n.Source && strings.Contains(p.text("x-amz-copy-source"), "?versionId=") || !n.Source && p.has("versionId") {
			if action, ok := catalog.Lookup(versioned[n.String()]); ok {
				n.Action = action
			}
		}
		needs[i] = n
	}
	return needs
}

// scalingNeeds are the actions of calls that Amazon EC2 Auto Scaling and Application Auto Scaling both have, and that
// come from one event source. Only the second has namespaces, only the first has groups.
//
// https://docs.aws.amazon.com/autoscaling/application/userguide/logging-using-cloudtrail.html
func scalingNeeds(m Mapping, p parameters) []Need {
	name := "application-autoscaling:" + m.name
	switch {
	case p.has("serviceNamespace"):
		return []Need{need(name)}
	case p.has("autoScalingGroupName"):
		return m.Needs
	}
	return either(m, name)
}

// accessBlockNeeds are the actions of calls that a bucket and an account both have. A record without either may be of
// both.
//
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html#using-with-s3-policy-actions-related-to-accounts
func accessBlockNeeds(m Mapping, p parameters) []Need {
	if p.has("bucketName") {
		return m.Needs
	}
	name := "s3:PutAccountPublicAccessBlock"
	if strings.HasPrefix(m.name, "Get") {
		name = "s3:GetAccountPublicAccessBlock"
	}
	if p.has("accountId") {
		return []Need{need(name)}
	}
	return either(m, name)
}

// need is the need of an action of the catalogue.
func need(name string) Need {
	action, _ := catalog.Lookup(name)
	return Need{Action: action}
}

// either are the needs of a call that needed its own action or another one, where the record does not tell which.
func either(m Mapping, name string) []Need {
	own, other := m.Needs[0], need(name)
	own.Maybe, other.Maybe = true, true
	return []Need{own, other}
}

// sessionNeeds are the actions that a call of STS needs for what it passes to the session.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
func sessionNeeds(p parameters) (needs []Need) {
	for _, of := range [...]struct{ parameter, action string }{{"sourceIdentity", "sts:SetSourceIdentity"}, {"tags", "sts:TagSession"}} {
		if a, ok := catalog.Lookup(of.action); ok && p.has(of.parameter) {
			needs = append(needs, Need{Action: a})
		}
	}
	return needs
}
