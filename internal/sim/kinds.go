package sim

import (
	"encoding/json"
	"fmt"

	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ringfence/ringfence/internal/localaws/iam"
)

// way is something that an adversary, a responder or a tool does, and how often.
type way struct {
	name   string
	weight int
	do     func(*actor)
}

// ways are the routes out of a boundary, and other events in an account.
var ways = []way{
	{"create", 10, func(a *actor) { a.create(a.kind, a.free(), one(a.dice, paths...), a.boundary()) }},
	{"remove", 14, func(a *actor) { a.put(a.kind, a.name, "") }},
	{"swap", 16, func(a *actor) { a.put(a.kind, a.name, a.boundary()) }},
	{"put back", 4, func(a *actor) { a.put(a.kind, a.name, policyARN(one(a.dice, "team", "dev"))) }},
	{"quarantine", 4, func(a *actor) { a.put(a.kind, a.name, denyAll) }},
	{"flip", 8, (*actor).flip},
	{"fight", 2, (*actor).fight},
	{"new version", 7, (*actor).newVersion},
	{"old version", 4, (*actor).oldVersion},
	{"remake policy", 3, (*actor).remake},
	{"rename", 5, (*actor).rename},
	{"move", 5, (*actor).move},
	{"tag", 6, (*actor).tag},
	{"delete", 4, func(a *actor) { a.remove() }},
	{"make again", 4, (*actor).makeAgain},
	{"grant", 5, (*actor).grant},
	{"group", 3, (*actor).group},
	{"unreadable", 1, (*actor).unreadable},
	{"permission set", 1, (*actor).permissionSet},
	{"bait", 2, (*actor).bait},
}

func drawKind(d *dice) way {
	total := 0
	for _, k := range ways {
		total += k.weight
	}
	x := d.n(total)
	for _, k := range ways {
		if x -= k.weight; x < 0 {
			return k
		}
	}
	return ways[0]
}

// free returns an unused name, if there is one.
func (a *actor) free() string {
	names := roleNames
	if a.kind == iam.KindUser {
		names = userNames
	}
	for _, name := range names {
		if !a.exists(a.kind, name) {
			return name
		}
	}
	return one(a.dice, names...)
}

// carried returns the boundary of the actor's principal.
func (a *actor) carried() (boundary string) {
	_ = a.account.View(iam.Lag{}, func(tx *iam.Tx) error {
		if e := tx.Entity(a.kind, a.name); e != nil {
			boundary = e.Boundary
		}
		return nil
	})
	return boundary
}

// unreadable makes a truncated record of a watched call.
func (a *actor) unreadable() {
	boundary := a.boundary()
	op := "PutRolePermissionsBoundary"
	in := any(&awsiam.PutRolePermissionsBoundaryInput{RoleName: &a.name, PermissionsBoundary: optional(boundary)})
	if a.kind == iam.KindUser {
		op, in = "PutUserPermissionsBoundary", &awsiam.PutUserPermissionsBoundaryInput{UserName: &a.name, PermissionsBoundary: optional(boundary)}
	}
	if err := a.account.Edit(func(tx *iam.Tx) error { _, err := iam.Operations[op].Run(tx, in); return err }); err != nil {
		return
	}
	a.Result.Steps++
	by := &adverse{op: op, actor: a.arn, at: now(), step: a.step}
	a.log.add("adversary", "%s, with a record too large to deliver whole (step %d)", a.short(op, in), a.step)
	a.look(by)
	id := fmt.Sprintf("e%d-cut", a.step)
	a.deliver(op, "iam.amazonaws.com", a.arn, id, json.RawMessage(`{"omitted":true}`), json.RawMessage("null"), by)
}

// permissionSet removes the boundary from a permission set of IAM Identity Center.
func (a *actor) permissionSet() {
	a.Result.Steps++
	request := `{"instanceArn":"arn:aws:sso:::instance/ssoins-1","permissionSetArn":"arn:aws:sso:::permissionSet/ssoins-1/ps-1"}`
	id := fmt.Sprintf("e%d-set", a.step)
	a.log.add("adversary", "takes the boundary off permission set ps-1 (step %d)", a.step)
	a.deliver("DeletePermissionsBoundaryFromPermissionSet", "sso.amazonaws.com", a.arn, id, json.RawMessage(request), json.RawMessage("null"), nil)
}

// bait makes a record of a call on a role that Ringfence must not write to.
func (a *actor) bait() {
	name := one(a.dice, specials...)[1]
	id := fmt.Sprintf("e%d-bait", a.step)
	a.log.add("adversary", "tags %s (step %d)", name, a.step)
	a.deliver("TagRole", "iam.amazonaws.com", a.arn, id, json.RawMessage(fmt.Sprintf(`{"roleName":%q,"tags":[{"key":"cost","value":"1"}]}`, name)), json.RawMessage("null"), nil)
}
