package explain

import (
	"fmt"
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// advice returns the changes that would allow the request. No advice lets the caller out of its boundary: see
// [Case.harm]. Each is compared with the present documents.
func (c *Case) advice(d *eval.Decision) []string {
	if d.Outcome == eval.Allow {
		return nil
	}
	var list []string
	on, instead := c.Request.Resource, ""
	if a := d.Layers[eval.PermissionsBoundaries]; a.Reason == eval.NoAllow && c.harm() != "" {
		if s, ok := c.source(eval.PermissionsBoundaries, a.Place); ok {
			if arn, text := c.elsewhere(s); text != "" {
				on, instead = arn, text
			}
		}
	}
	for _, l := range eval.Layers() {
		a := d.Layers[l]
		switch {
		case a.Reason == eval.Denied:
			list = append(list, c.undeny(l, a))
		case a.Reason == eval.NoAllow && l == eval.PermissionsBoundaries && instead != "":
			list = append(list, instead)
		case a.Reason == eval.NoAllow:
			list = append(list, c.grant(l, a.Place, on))
		}
	}
	return list
}

// undeny says what to do about a Deny. A Deny that guards something is for its owner to change: it may keep
// the caller inside its boundary.
func (c *Case) undeny(l eval.Layer, a eval.LayerAnswer) string {
	s, _ := c.source(l, a.Place)
	statement := s.statement(a.Place.Statement)
	text := fmt.Sprintf("Change or remove %s: no Allow can undo its Deny.", name(s, a.Place.Statement))
	if guard := l == eval.PermissionsBoundaries || l == eval.ServiceControlPolicies || l == eval.ResourceControlPolicies || l == eval.EndpointPolicies; guard || c.harm() != "" {
		owner := "boundary"
		if guard && l != eval.PermissionsBoundaries {
			owner = layerWords[l]
		}
		text = fmt.Sprintf("%s denies it, and no Allow can undo that: ask the owner of the %s.", upper(name(s, a.Place.Statement).String()), owner)
		if harm := c.harm(); harm != "" {
			text += " Without that statement, " + harm + "."
		}
	}
	if p := statement.Principal; p != nil && p.Not && len(c.Boundaries) > 0 {
		text += " NotPrincipal with Deny always denies a principal that has a permissions boundary;" +
			" a condition ArnNotEquals on aws:PrincipalArn does not."
	}
	if len(statement.Conditions) > 0 {
		var holds []string
		for i := range statement.Conditions {
			holds = append(holds, c.condition(&statement.Conditions[i]))
		}
		text += " It applies because of " + strings.Join(holds, " and ") + "."
	}
	if naming(l) {
		return text
	}
	present := together([]Source{s})
	advised := &policy.Document{Version: present.Version}
	for i, other := range present.Statements {
		if i != int(a.Place.Statement) {
			advised.Statements = append(advised.Statements, other)
		}
	}
	if len(advised.Statements) == 0 {
		return text
	}
	return text + lifts(advised, present)
}
