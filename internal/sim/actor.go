package sim

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/ringfence/ringfence/internal/localaws/iam"
)

// actors make the calls. One has chosen a session name that another tool might trust.
var actors = []string{
	"arn:aws:sts::123456789012:assumed-role/platform/maria", "arn:aws:sts::123456789012:assumed-role/dev/jane",
	"arn:aws:sts::123456789012:assumed-role/dev/ringfence", "arn:aws:iam::123456789012:user/root-like",
}

// actor is the adversary in one step. Its calls are numbered.
type actor struct {
	*World
	*dice
	step int
	arn  string
	// The user or role of the step.
	kind iam.Kind
	name string
}

// pick chooses an existing principal, if there is one.
func (a *actor) pick() {
	a.kind, a.name = iam.KindRole, one(a.dice, roleNames...)
	if a.chance(500) {
		a.kind, a.name = iam.KindUser, one(a.dice, userNames...)
	}
	if a.chance(25) {
		a.kind, a.name = iam.KindRole, exempt
	}
	for range 5 {
		if a.exists(a.kind, a.name) {
			return
		}
		a.kind = one(a.dice, iam.KindUser, iam.KindRole)
		if a.name = one(a.dice, roleNames...); a.kind == iam.KindUser {
			a.name = one(a.dice, userNames...)
		}
	}
}

func (a *actor) exists(kind iam.Kind, name string) (ok bool) {
	_ = a.account.View(iam.Lag{}, func(tx *iam.Tx) error { ok = tx.Entity(kind, name) != nil; return nil })
	return ok
}

// later continues a step after a time.
func (a *actor) later(d time.Duration, do func()) { a.after(d, do) }

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// boundary returns a boundary that an adversary might choose.
func (a *actor) boundary() string {
	switch a.n(10) {
	case 0, 1:
		return ""
	case 2:
		return denyAll
	case 3:
		return policyARN("team")
	case 4:
		return policyARN("dev")
	}
	return policyARN("x-" + one(a.dice, customs...))
}

// customs are the documents of the account's other policies.
var customs = []string{"equal", "denies", "silent", "small", "narrow", "wide", "admin", "other", "office"}

// namedIn returns the user or role in a call, or the ARN of the policy.
func namedIn(in any) string {
	switch x := in.(type) {
	case *awsiam.PutRolePermissionsBoundaryInput:
		return aws.ToString(x.RoleName)
	case *awsiam.PutUserPermissionsBoundaryInput:
		return aws.ToString(x.UserName)
	case *awsiam.DeleteRolePermissionsBoundaryInput:
		return aws.ToString(x.RoleName)
	case *awsiam.DeleteUserPermissionsBoundaryInput:
		return aws.ToString(x.UserName)
	case *awsiam.SetDefaultPolicyVersionInput:
		return aws.ToString(x.PolicyArn)
	case *awsiam.CreatePolicyInput:
		return policyARN(aws.ToString(x.PolicyName))
	case *awsiam.CreatePolicyVersionInput:
		return aws.ToString(x.PolicyArn)
	}
	return ""
}
