package explain

import (
	"fmt"
	"slices"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/awsowned"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// Answer is a decision with its reasons in words.
type Answer struct {
	Principal string `json:"principal"`
	Action    string `json:"action"`
	Resource  string `json:"resource"`
	// Decision is Allow, ExplicitDeny or ImplicitDeny.
	Decision string `json:"decision"`
	// DecidedBy is the layer that decided, such as permissionsBoundaries.
	DecidedBy string `json:"decidedBy"`
	// Statement is the statement that decided; nil for an implicit deny.
	Statement *Statement `json:"statement"`
	// Uncertain is true if the decision depends on a statement that cannot be read. It is then a denial.
	Uncertain bool `json:"uncertain,omitempty"`
	// Refused says why AWS refuses the call whatever policies say, nil if it does not. The decision is what
	// the policies say.
	Refused *awsowned.Refusal `json:"refused,omitempty"`
	// Cause is the reason for the decision, in a sentence.
	Cause string `json:"cause"`
	// Layers are the answers of the layers, in the order in which they decide.
	Layers []Row `json:"layers"`
	// Advice is what must change for the answer to become Allow. All of it is needed.
	Advice []string `json:"advice,omitempty"`
	// Notes are the assumptions.
	Notes []string `json:"notes,omitempty"`
}

// Statement names one statement of one policy.
type Statement struct {
	Policy string `json:"policy"`
	// Index counts from 0.
	Index int    `json:"index"`
	Sid   string `json:"sid,omitempty"`
}

// Row is the answer of one layer.
type Row struct {
	Layer string `json:"layer"`
	// Answer is Allow, Deny, "no Allow" or "-", and Reason the same in words.
	Answer string `json:"answer"`
	Reason string `json:"reason"`
	// Statement is the statement behind it, if there is one.
	Statement *Statement `json:"statement,omitempty"`
	// Misses are the statements closest to allowing the request, with what they lack.
	Misses []string `json:"misses,omitempty"`
}

// Explain decides the case and says why.
func (c *Case) Explain() Answer {
	p := c.policies()
	d := eval.Evaluate(p, &c.Request)
	if best := eval.EvaluateBest(p, &c.Request); d.Uncertain && best.Outcome != eval.Allow {
		d = best // no value that is not known would change it
	}
	a := Answer{
		Principal: c.caller(), Action: c.Request.Action, Resource: c.Request.Resource,
		Decision: d.Outcome.String(), DecidedBy: d.DecidedBy.String(),
		Statement: c.statement(d.DecidedBy, d.Place), Uncertain: d.Uncertain,
		Notes: c.Notes,
	}
	for _, l := range eval.Layers() {
		a.Layers = append(a.Layers, c.row(l, d.Layers[l]))
	}
	a.Cause = c.cause(&d)
	open := c.open(&d)
	for _, key := range open {
		a.Notes = append(slices.Clip(a.Notes), fmt.Sprintf("every request has %s, and its value is not known here: give it with --context %s=VALUE", key, key))
	}
	if a.Refused = c.refused(); a.Refused == nil && len(open) == 0 {
		a.Advice = c.advice(&d)
	} else if a.Refused == nil {
		a.Advice = nil // what must change depends on the values
	} else if d.Outcome != eval.Allow {
		a.Notes = append(slices.Clip(a.Notes), "AWS refuses the call whatever policies say: "+a.Refused.Why+" ("+a.Refused.Page+")")
	}
	return a
}

// open returns the condition keys on which the decision hangs although their values are not known.
func (c *Case) open(d *eval.Decision) (keys []string) {
	if !d.Uncertain {
		return nil
	}
	for _, l := range eval.Layers() {
		a := d.Layers[l]
		if s, ok := c.source(l, a.Place); ok && a.Uncertain {
			for _, key := range s.Policy.Open(&c.Request, a.Place.Statement) {
				if !slices.Contains(keys, key) {
					keys = append(keys, key)
				}
			}
		}
	}
	return keys
}

// refused says why AWS refuses the call whatever policies say, nil if it does not.
func (c *Case) refused() *awsowned.Refusal {
	if r, ok := awsowned.Refused(c.Request.Action, c.Request.Resource); ok {
		return &r
	}
	return nil
}

func (c *Case) caller() string {
	if p := c.Request.Principal; p.Type != eval.Anonymous {
		return p.ARN
	}
	return "anonymous"
}

// statement names a statement; nil if the place names none.
func (c *Case) statement(l eval.Layer, at eval.Place) *Statement {
	s, ok := c.source(l, at)
	if !ok || at.Statement < 0 {
		return nil
	}
	return name(s, at.Statement)
}

func name(s Source, index int32) *Statement {
	return &Statement{Policy: s.Name, Index: int(index), Sid: s.statement(index).Sid}
}

// statement returns one statement of the source's document.
func (s Source) statement(index int32) *policy.Statement {
	return &s.Policy.Document.Statements[index]
}

func (c *Case) row(l eval.Layer, a eval.LayerAnswer) Row {
	row := Row{Layer: l.String(), Answer: "-", Reason: c.reason(l, a), Statement: c.statement(l, a.Place)}
	switch a.Reason {
	case eval.Allowed, eval.AllowedAll, eval.AllowedAccount:
		row.Answer = "Allow"
	case eval.Denied:
		row.Answer = "Deny"
	case eval.NoAllow, eval.NotNeeded:
		row.Answer = "no Allow"
		if a.Reason == eval.NoAllow {
			row.Misses = c.misses(l, a.Place)
		}
	}
	return row
}
