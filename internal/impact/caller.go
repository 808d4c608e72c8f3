package impact

import (
	"strings"

	"github.com/ringfence/ringfence/internal/apicall"
	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/explain"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// Apart is why calls are counted apart: they failed, or no boundary applies to them.
type Apart string

// The reasons.
const (
	Failed        Apart = "failed"
	Service       Apart = "awsService"
	ServiceLinked Apart = "serviceLinkedRole"
	Root          Apart = "root"
	Elsewhere     Apart = "otherAccount"
	NotIAM        Apart = "notIAM"
	NeedsNothing  Apart = "needsNoPermission"
	NoCall        Apart = "noCall"
	NotAsked      Apart = "notAsked"
)

// apartWords are the reasons in words, in the order in which they are shown.
var apartWords = []struct {
	Apart
	one, many string
}{
	{Failed, "failed call", "failed calls"},
	{Service, "call by an AWS service", "calls by AWS services"},
	{ServiceLinked, "call by a service-linked role", "calls by service-linked roles"},
	{Root, "call by a root user", "calls by root users"},
	{Elsewhere, "call from another account", "calls from other accounts"},
	{NotIAM, "call by neither an IAM user nor a role", "calls by neither IAM users nor roles"},
	{NeedsNothing, "call that needs no permission", "calls that need no permission"},
	{NoCall, "event that is not a call", "events that are not calls"},
	{NotAsked, "call by a principal that is not asked about", "calls by principals that are not asked about"},
}

// apart returns why a call is counted apart, or "".
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
func (a *Analysis) apart(r *apicall.Record) Apart {
	c := &r.Caller
	switch {
	case r.ErrorCode != "":
		return Failed
	case c.Type == "AWSService", c.Type == "" && c.InvokedBy != "", r.Type == "AwsServiceEvent":
		return Service
	case c.Type == "Root":
		return Root
	case c.Type == "AWSAccount", c.Account != "" && r.Recipient != "" && c.Account != r.Recipient, len(a.States) > 0 && c.Account != "" && a.state(c.Account) == nil:
		return Elsewhere
	case strings.Contains(c.Issuer, ":role/aws-service-role/"), c.Issuer == "" && strings.Contains(c.ARN, ":assumed-role/AWSServiceRoleFor"):
		return ServiceLinked
	case c.Type != "IAMUser" && c.Type != "AssumedRole" && c.Type != "FederatedUser" && c.Type != "Role" || c.ARN == "":
		return NotIAM
	}
	return ""
}

// caller is a user or role with what applies to all of its calls.
type caller struct {
	// name is the ARN of the user or role.
	name      string
	principal eval.Principal
	// boundary is the boundary in question; nil if the caller is not asked about.
	boundary *eval.Policy
	identity []explain.Source
	// keys are the condition keys that the boundaries and the identity policies mention.
	keys []string
	// tags are a user's tags, by condition key in lower case. They are nil if they are not known: a session can
	// have tags of its own.
	//
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
	tags map[string]string
	// missing says why the identity policies are not known; "" if they are.
	missing string
	// calls is the number of calls that succeeded and that a boundary applies to.
	calls int
	// used is when it used each service, by prefix.
	used map[string]*use
}

// caller returns the user or role that made a call.
func (a *Analysis) caller(r *apicall.Record) *caller {
	key := r.Caller.ARN
	if r.Caller.Issuer != "" {
		key = r.Caller.Type + " " + r.Caller.Issuer
	}
	c, ok := a.callers[key]
	if !ok {
		c = a.load(r)
		a.callers[key] = c
	}
	return c
}

// load finds the policies of a caller.
func (a *Analysis) load(r *apicall.Record) *caller {
	c := &caller{name: r.Caller.ARN, used: map[string]*use{}}
	c.missing = a.identify(c, r)
	c.boundary = a.New(c.name)
	policies := []*eval.Policy{c.boundary, a.Old}
	for _, s := range c.identity {
		policies = append(policies, s.Policy)
	}
	c.keys = keysOf(policies...)
	return c
}

// identify finds the name and the policies of a caller. It returns why the policies are not known, or "".
func (a *Analysis) identify(c *caller, r *apicall.Record) (missing string) {
	p, err := eval.ParsePrincipal(r.Caller.ARN)
	if err != nil {
		return "the record does not have the ARN of an IAM user or role"
	}
	if strings.Contains(r.Caller.Issuer, ":role/") || strings.Contains(r.Caller.Issuer, ":user/") {
		p.Identity, p.PathKnown = r.Caller.Issuer, true
	}
	if p.Type == eval.Session && !p.PathKnown {
		p.Identity = "" // the path of the role is not in the ARN of its session
	}
	p.UserID = "" // the record has it, and it differs from session to session
	c.principal = p
	if p.Identity != "" {
		c.name = p.Identity
	}
	if len(a.States) == 0 {
		return ""
	}
	state := a.state(p.Account)
	if state == nil {
		return notInState
	}
	known, err := explain.FromAccount(state, explain.Question{Principal: c.name, Action: "sts:GetCallerIdentity"})
	if err != nil {
		if _, ok := state.Principal(c.name); ok {
			return "the state does not have all policies of the caller"
		}
		return notInState
	}
	c.identity, c.principal.Identity, c.principal.PathKnown = known.Identity, known.Request.Principal.Identity, true
	if p.Type == eval.Session {
		c.name = c.principal.Identity
	}
	if user, ok := state.Principal(c.name); ok && p.Type == eval.User {
		c.tags = map[string]string{}
		for key, value := range user.Tags {
			c.tags["aws:principaltag/"+strings.ToLower(key)] = value
		}
	}
	return ""
}

// notInState is why the policies of a caller are not known that the state does not have.
const notInState = "the state does not have the caller"

// state returns the state of an account, or nil.
func (a *Analysis) state(account string) *authdetails.Details {
	for _, s := range a.States {
		if s.Account == account {
			return s
		}
	}
	return nil
}
