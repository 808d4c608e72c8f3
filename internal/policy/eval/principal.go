package eval

import (
	"fmt"
	"strings"

	"github.com/ringfence/ringfence/internal/principal"
)

// PrincipalType says what kind of caller a request comes from.
type PrincipalType uint8

// The kinds of caller.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
const (
	// Anonymous is a caller without credentials.
	Anonymous PrincipalType = iota
	// User is an IAM user.
	User
	// Role is a role as such: some session of it, of which the name is not known.
	Role
	// Session is a session of a role (arn:aws:sts::…:assumed-role/role/session).
	Session
	// Federated is a session from GetFederationToken (arn:aws:sts::…:federated-user/name).
	Federated
	// Root is the root user of an account.
	Root
	// Service is an AWS service (sns.amazonaws.com).
	Service
	// External is a caller that an identity provider has authenticated, before any role is
	// assumed (AssumeRoleWithSAML and AssumeRoleWithWebIdentity).
	External
)

// Principal is the caller of a request, with what follows from its ARN.
type Principal struct {
	Type PrincipalType
	// ARN is the caller's ARN, the name of a service or of an identity provider, and
	// "" for the anonymous.
	ARN string
	// Account is the 12-digit account id, "" for callers of no account.
	Account string
	// Name is that of the user, role or federated user, without its path.
	Name string
	// Identity is the ARN of the role that a session is of, or of the user who called
	// GetFederationToken. Neither follows for certain from the caller's own ARN, which
	// has no path and no parent: see [ParsePrincipal].
	Identity string
	// PathKnown is true where Identity was given rather than guessed.
	PathKnown bool
	// UserID is the value of aws:userid, "" where it is not known. For roles and users
	// it begins with their unique id.
	UserID string
}

// ParsePrincipal reads the ARN of a user, role, role session, federated user session,
// identity provider or account root, an account id (its root), the name of a
// service, or "*" or "" for the anonymous.
//
// The role of a session is taken to be in the root path, and a federated user to have
// been federated by the user of the same name: set Identity and PathKnown where more
// is known.
func ParsePrincipal(s string) (Principal, error) {
	switch {
	case s == "", s == "*":
		return Principal{Type: Anonymous, UserID: "anonymous"}, nil
	case principal.IsAccount(s):
		return root("aws", s), nil
	case !strings.HasPrefix(s, "arn:"):
		return other(s)
	}
	part := strings.SplitN(s, ":", 6)
	if len(part) != 6 || part[1] == "" || part[3] != "" || part[2] != "iam" && part[2] != "sts" {
		return Principal{}, fmt.Errorf("%q is not the ARN of a principal (arn:aws:iam::account:user/name, arn:aws:sts::account:assumed-role/role/session and the like)", s)
	}
	partition, account := part[1], part[4]
	if !principal.IsAccount(account) {
		return Principal{}, fmt.Errorf("principal %q: account %q is not 12 digits", s, account)
	}
	kind, rest, _ := strings.Cut(part[5], "/")
	p := Principal{ARN: s, Account: account, Name: rest[strings.LastIndexByte(rest, '/')+1:]}
	switch part[2] + ":" + kind {
	case "iam:root":
		if rest == "" && part[5] == "root" {
			return root(partition, account), nil
		}
	case "iam:user":
		p.Type, p.Identity, p.PathKnown = User, s, true
	case "iam:role":
		p.Type, p.Identity, p.PathKnown = Role, s, true
	case "iam:saml-provider", "iam:oidc-provider":
		p.Type = External
	case "sts:assumed-role":
		role, session, ok := strings.Cut(rest, "/")
		if !ok || role == "" || session == "" || strings.Contains(session, "/") {
			return Principal{}, fmt.Errorf("principal %q: the ARN of a role session is arn:aws:sts::account:assumed-role/role/session", s)
		}
		p.Type, p.Name = Session, role
		p.Identity = "arn:" + partition + ":iam::" + account + ":role/" + role
	case "sts:federated-user":
		p.Type = Federated
		p.Identity = "arn:" + partition + ":iam::" + account + ":user/" + p.Name
		p.UserID = account + ":" + p.Name
	}
	if p.Type == Anonymous || p.Name == "" {
		return Principal{}, fmt.Errorf("principal %q: %q is not a user, role, role session, federated user, identity provider or root", s, part[5])
	}
	return p, nil
}

func root(partition, account string) Principal {
	arn := "arn:" + partition + ":iam::" + account + ":root"
	return Principal{Type: Root, ARN: arn, Account: account, Identity: arn, PathKnown: true, UserID: account}
}

// other reads what is no ARN: services, and the identity providers that AWS knows by
// their host names.
func other(s string) (Principal, error) {
	switch s {
	case "cognito-identity.amazonaws.com", "www.amazon.com", "graph.facebook.com", "accounts.google.com":
		return Principal{Type: External, ARN: s}, nil
	}
	if strings.HasSuffix(s, ".amazonaws.com") || strings.HasSuffix(s, ".amazonaws.com.cn") {
		return Principal{Type: Service, ARN: s}, nil
	}
	return Principal{}, fmt.Errorf("%q is not a principal: give the ARN of a user, role or session, an account id, or a service such as sns.amazonaws.com", s)
}

// keyARN is the value of aws:PrincipalArn: for a role session that of the role.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
func (p *Principal) keyARN() string {
	switch p.Type {
	case Session:
		return p.Identity
	case User, Role, Federated, Root:
		return p.ARN
	}
	return ""
}

// keyType is the value of aws:PrincipalType.
func (p *Principal) keyType() string {
	switch p.Type {
	case Anonymous:
		return "Anonymous"
	case User:
		return "User"
	case Role, Session:
		return "AssumedRole"
	case Federated:
		return "FederatedUser"
	case Root:
		return "Account"
	}
	return ""
}

// id is the unique id (AIDA…, AROA…) under which policies may name the principal once
// its ARN has been resolved, "" where it is not known.
func (p *Principal) id() string {
	switch p.Type {
	case User, Role, Session:
		id, _, _ := strings.Cut(p.UserID, ":")
		return id
	}
	return ""
}

// serviceLinked reports whether the caller is a service-linked role, which neither
// service nor resource control policies touch.
//
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html#not-restricted-by-scp
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
func (p *Principal) serviceLinked() bool {
	if p.Type != Role && p.Type != Session {
		return false
	}
	if p.PathKnown {
		return strings.Contains(p.Identity, ":role/aws-service-role/")
	}
	return strings.HasPrefix(p.Name, "AWSServiceRoleFor")
}
