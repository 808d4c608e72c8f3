package sim

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ringfence/ringfence/internal/localaws/iam"
)

// repairs makes a write of Ringfence, and stores its true effect.
func (w *World) repairs(by *invocation, op string, in any) (out any, err error) {
	key := ""
	err = w.account.Edit(func(tx *iam.Tx) (err error) {
		key = w.writtenTo(tx, in)
		out, err = iam.Operations[op].Run(tx, in)
		return err
	})
	if err != nil {
		w.log.add("ringfence", "%s fails: %v (%s)", w.short(op, in), err, by.name)
		return nil, err
	}
	var before state
	if t := w.truth.byKey[key]; t != nil {
		before = t.last()
	}
	w.look(nil)
	t := w.truth.byKey[key]
	if t == nil {
		w.Result.breaks(w, "b", "%s wrote to something unknown", w.short(op, in))
		return out, nil
	}
	wr := &write{at: now(), by: by, op: op, target: t, name: t.name, before: before, after: t.last()}
	wr.changed = before != wr.after
	if op != "DeletePolicyVersion" { // it only makes room for the write that follows
		w.truth.writes = append(w.truth.writes, wr)
		w.Result.Writes++
		t.repairs++
		if wr.changed {
			t.changed++
		}
	}
	w.log.add("ringfence", "%s (%s)", w.short(op, in), by.name)
	w.checkTouched(wr)
	w.publish(op, "arn:aws:sts::"+accountID+":assumed-role/ringfence-enforce/ringfence", in, out, nil, by.name)
	return out, nil
}

// writtenTo returns the key of a write's target.
func (w *World) writtenTo(tx *iam.Tx, in any) string {
	switch x := in.(type) {
	case *awsiam.PutRolePermissionsBoundaryInput:
		if r := tx.Role(aws.ToString(x.RoleName)); r != nil {
			return "principal#" + accountID + "#" + r.ID
		}
	case *awsiam.PutUserPermissionsBoundaryInput:
		if u := tx.User(aws.ToString(x.UserName)); u != nil {
			return "principal#" + accountID + "#" + u.ID
		}
	case *awsiam.SetDefaultPolicyVersionInput:
		return "policy#" + accountID + "#" + aws.ToString(x.PolicyArn)
	case *awsiam.CreatePolicyVersionInput:
		return "policy#" + accountID + "#" + aws.ToString(x.PolicyArn)
	case *awsiam.DeletePolicyVersionInput:
		return "policy#" + accountID + "#" + aws.ToString(x.PolicyArn)
	case *awsiam.CreatePolicyInput:
		return "policy#" + accountID + "#" + policyARN(aws.ToString(x.PolicyName))
	}
	return ""
}

// parked stores a message that Ringfence gave up on.
func (w *World) parked(body, reason string) {
	w.Result.Parked++
	w.log.add("ringfence", "parks a message: %s", reason)
	if reason == "" || reason == "unknown" {
		w.Result.breaks(w, "f", "a message was parked without a reason: %.200s", body)
	}
}
