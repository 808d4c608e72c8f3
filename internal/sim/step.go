package sim

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ringfence/ringfence/internal/localaws/iam"
)

// step is one thing that the adversary does.
type step struct {
	number int
	at     time.Duration
	do     func(*actor)
	kind   string
}

// steps draws the adversary's plan: bursts, and pauses between them.
func (w *World) steps() []step {
	d := roll(w.Seed, "steps")
	var all []step
	at := time.Duration(0)
	for i := range w.Steps {
		if d.chance(700) {
			at += d.between(200*time.Millisecond, 5*time.Second)
		} else {
			at += d.between(5*time.Second, 90*time.Second)
		}
		kind := drawKind(roll(w.Seed, "kind", strconv.Itoa(i)))
		all = append(all, step{number: i, at: at, kind: kind.name, do: kind.do})
	}
	return all
}

// begin starts a step.
func (w *World) begin(s step) {
	d := roll(w.Seed, "step", strconv.Itoa(s.number))
	a := &actor{World: w, dice: d, step: s.number, arn: one(d, actors...)}
	a.pick()
	s.do(a)
}

// userNames and roleNames are the principals' names: few, so that names are reused.
var (
	userNames = []string{"ann", "bob", "team-cyd", "dev-dan", "eve"}
	roleNames = []string{"app", "team-web", "dev-job", "etl", "ops"}
	groupName = "devs"
	paths     = []string{"/team/", "/dev/", "/", "/team/sub/"}
)

// call makes an IAM call. A failed call is not a step, and leaves no record.
func (a *actor) call(op string, in any) (ok bool) {
	w := a.World
	var out any
	err := w.account.Edit(func(tx *iam.Tx) (err error) { out, err = iam.Operations[op].Run(tx, in); return err })
	if err != nil {
		return false
	}
	w.Result.Steps++
	w.truth.adverse++
	by := &adverse{op: op, actor: a.arn, at: now(), step: a.step, name: namedIn(in)}
	w.mix(op, fmt.Sprint(a.step))
	w.log.add("adversary", "%s, as %s (step %d)", w.short(op, in), a.arn[len("arn:aws:"):], a.step)
	if strings.Contains(op, "PolicyVersion") || op == "CreatePolicy" {
		w.truth.edited[by.name] = append(w.truth.edited[by.name], by.at)
	}
	w.look(by)
	w.publish(op, a.arn, in, out, by, "e"+strconv.Itoa(a.step))
	return true
}

// put attaches a boundary to a principal, or removes it if boundary is empty.
func (a *actor) put(kind iam.Kind, name, boundary string) bool {
	switch {
	case kind == iam.KindRole && boundary == "":
		return a.call("DeleteRolePermissionsBoundary", &awsiam.DeleteRolePermissionsBoundaryInput{RoleName: &name})
	case kind == iam.KindRole:
		return a.call("PutRolePermissionsBoundary", &awsiam.PutRolePermissionsBoundaryInput{RoleName: &name, PermissionsBoundary: &boundary})
	case boundary == "":
		return a.call("DeleteUserPermissionsBoundary", &awsiam.DeleteUserPermissionsBoundaryInput{UserName: &name})
	default:
		return a.call("PutUserPermissionsBoundary", &awsiam.PutUserPermissionsBoundaryInput{UserName: &name, PermissionsBoundary: &boundary})
	}
}

// create creates a user or role.
func (a *actor) create(kind iam.Kind, name, path, boundary string) {
	var tags []types.Tag
	if v := one(a.dice, "team", "dev", "", ""); v != "" {
		tags = []types.Tag{{Key: aws.String("group"), Value: &v}}
	}
	if kind == iam.KindUser {
		a.truth.users.add(name)
		a.call("CreateUser", &awsiam.CreateUserInput{UserName: &name, Path: &path, PermissionsBoundary: optional(boundary), Tags: tags})
		return
	}
	a.truth.roles.add(name)
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	a.call("CreateRole", &awsiam.CreateRoleInput{RoleName: &name, Path: &path, PermissionsBoundary: optional(boundary), Tags: tags, AssumeRolePolicyDocument: &trust})
}
