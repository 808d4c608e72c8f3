package sim

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/ringfence/ringfence/internal/localaws/iam"
)

// flip removes the boundary and attaches it again before it can be seen.
func (a *actor) flip() {
	was := a.carried()
	if !a.put(a.kind, a.name, a.boundary()) {
		return
	}
	a.later(a.between(0, 3*time.Second), func() { a.put(a.kind, a.name, was) })
}

// fight is a tool that keeps removing the boundary, or attaching its own.
func (a *actor) fight() {
	boundary, every := a.boundary(), a.between(8*time.Second, 70*time.Second)
	var again func(n int)
	again = func(n int) {
		if n == 0 || a.since() > a.Length {
			return
		}
		if a.carried() != boundary {
			a.put(a.kind, a.name, boundary)
		}
		a.later(every, func() { again(n - 1) })
	}
	again(3 + a.n(22))
}

// rename renames a user, sometimes again before the first event can have arrived.
func (a *actor) rename() {
	if a.kind != iam.KindUser {
		return
	}
	to, name := one(a.dice, userNames...), a.name
	in := &awsiam.UpdateUserInput{UserName: &name, NewUserName: &to}
	if a.chance(250) {
		in.NewPath = aws.String(one(a.dice, paths...))
	}
	if a.call("UpdateUser", in) && a.chance(400) {
		a.name = to
		a.later(a.between(0, 4*time.Second), a.rename)
	}
}

// move gives a user another path.
func (a *actor) move() {
	if a.kind == iam.KindUser {
		a.call("UpdateUser", &awsiam.UpdateUserInput{UserName: &a.name, NewPath: aws.String(one(a.dice, paths...))})
	}
}

// tag sets or removes the tag that rules match.
func (a *actor) tag() {
	name, set := a.name, []types.Tag{{Key: aws.String("group"), Value: aws.String(one(a.dice, "team", "dev", "none"))}}
	off := a.chance(350)
	switch {
	case a.kind == iam.KindUser && off:
		a.call("UntagUser", &awsiam.UntagUserInput{UserName: &name, TagKeys: []string{"group"}})
	case a.kind == iam.KindUser:
		a.call("TagUser", &awsiam.TagUserInput{UserName: &name, Tags: set})
	case off:
		a.call("UntagRole", &awsiam.UntagRoleInput{RoleName: &name, TagKeys: []string{"group"}})
	default:
		a.call("TagRole", &awsiam.TagRoleInput{RoleName: &name, Tags: set})
	}
}

// makeAgain deletes a principal and creates another one with its name.
func (a *actor) makeAgain() {
	if a.remove() {
		a.later(a.between(0, 5*time.Second), func() { a.create(a.kind, a.name, one(a.dice, paths...), a.boundary()) })
	}
}
