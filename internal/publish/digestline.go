package publish

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
)

// things is what the findings of a digest are about.
type things struct {
	name string // "40 roles", or the name where they are all about one target
	one  bool
	// times says how often it happened, where that is not what the name says.
	times string
}

func (d digest) things() things {
	n := len(d.findings)
	kind, drift := d.kind(), d.drift()
	targets := len(distinct(d.findings, func(f finding.Finding) string {
		if f.Principal != nil {
			return f.Account + " " + f.Principal.ARN + " " + f.Principal.ID
		}
		return f.Account + " " + who(f)
	}))
	// What stands does not stand several times.
	happened := d.status() == finding.Resolved ||
		slices.Contains([]finding.Drift{finding.Moved, finding.Withheld, finding.ExemptChanged, finding.PolicyChanged}, drift)
	switch {
	case kind == ownParts:
		return things{"Ringfence itself", true, " " + count(n, "time")}
	case kind == permissionSet: // a finding does not tell which
		return things{"IAM Identity Center permission sets", false, " " + count(n, "time")}
	case targets == 1 && happened:
		return things{clean(who(d.findings[0]), nameLimit), true, " " + count(n, "time")}
	case targets == 1:
		return things{clean(who(d.findings[0]), nameLimit), true, " (" + count(n, "finding") + ")"}
	}
	all := things{name: strconv.Itoa(targets) + " " + kind + "s"}
	if kind == boundaryPolicy {
		all.name = strconv.Itoa(targets) + " boundary policies"
	}
	switch {
	case targets == n:
	case happened:
		all.times = ", " + count(n, "time") + " in all"
	default:
		all.times = " (" + count(n, "finding") + ")"
	}
	return all
}

const (
	ownParts       = "part of Ringfence"
	permissionSet  = "permission set"
	boundaryPolicy = "boundary policy"
	hidingCall     = "call"
	sweep          = "sweep"
	account        = "account"
)

// kind is the kind of thing that the findings are about.
func (d digest) kind() string {
	kinds := distinct(d.findings, func(f finding.Finding) string {
		switch {
		case f.Drift == finding.ControlTampered:
			return ownParts
		case f.Principal != nil:
			return clean(f.Principal.Kind, partLimit)
		case f.Drift == finding.Protected:
			return permissionSet
		case f.Drift == finding.Withheld:
			return hidingCall
		case f.Drift == finding.SweepHeld:
			return sweep
		case f.Drift == finding.Unreachable:
			return account
		}
		return boundaryPolicy
	})
	switch {
	case len(kinds) == 1:
		return kinds[0]
	case slices.ContainsFunc(kinds, func(kind string) bool { return kind != "role" && kind != "user" }):
		return "target"
	}
	return "principal"
}

// what says what is wrong with them, to be read behind their name. A title leaves out
// the verb "are".
func (d digest) what(one, title bool) string {
	be, was, its := "are ", "were ", "their"
	if title {
		be = ""
	}
	if one {
		be, was, its = "is ", "was ", "its"
	}
	over := d.status() == finding.Resolved
	if over {
		be = was
	}
	now := func(is, are, was string) string {
		switch {
		case over:
			return was
		case one:
			return is
		}
		return are
	}
	policies := d.kind() == boundaryPolicy
	switch drift := d.drift(); {
	case drift == finding.None:
		return be + "as required"
	case drift == finding.ControlTampered:
		if worst(d.findings) != finding.Critical {
			return "may have been tampered with"
		}
		return was + "tampered with"
	case drift == finding.Withheld:
		return "hid what was changed"
	case drift == finding.SweepHeld:
		return be + "held"
	case drift == finding.Unreachable:
		return now("cannot", "cannot", "could not") + " be entered"
	case drift == finding.Widened:
		return now("allows", "allow", "allowed") + " more than was approved"
	case drift == finding.Altered:
		return now("differs", "differ", "differed") + " from what was approved"
	case drift == finding.Moved:
		return was + "moved out of the reach of a rule"
	case drift == finding.PolicyChanged:
		return was + "changed, without an approved document"
	case drift == finding.ExemptChanged:
		return was + "made or changed, and " + now("needs", "need", "needed") + " no boundary"
	case drift == finding.AbsentPolicy && policies:
		return now("does", "do", "did") + " not exist"
	case drift == "":
		return be + "outside what is required"
	case d.kind() == permissionSet:
		return "lost " + its + " boundary"
	case !slices.ContainsFunc(d.findings, func(f finding.Finding) bool { return !f.Escape }):
		return "escaped " + its + " boundary"
	}
	return be + "outside " + its + " boundary"
}

// sentence says what happened to how many, and what was done about it.
func (d digest) sentence() string {
	t := d.things()
	name := t.name
	if account := d.account(); account != "" {
		name += " in account " + accountOf(account, d.common(func(f finding.Finding) string { return f.AccountName }))
	}
	return name + " " + d.what(t.one, false) + t.times + "; " + d.did(t.one)
}

// subject is the subject line: how bad, whether it is over, how many, by whose call, and
// the account. The caller's name gives way where there is no room for everything.
func (d digest) subject() string {
	t := d.things()
	matter := ascii(" " + d.what(t.one, true) + t.times)
	before := prefix(worst(d.findings), d.state())
	after := " (several accounts)"
	if id := d.account(); id != "" {
		after = inAccount(id, "", 0)
	}
	room := subjectLimit - len(before) - len(matter) - len(after)
	line := before + ascii(clean(t.name, max(leastName, room))) + matter
	const by, least = ", by ", 8 // fewer characters of a name tell nothing
	name := ascii(clean(d.by(), subjectLimit))
	if room = subjectLimit - len(line) - len(after) - len(by); name != "" && room >= min(least, len(name)) {
		line += by + ascii(clean(name, room))
	}
	line = ascii(clean(line, subjectLimit-len(after)))
	if id := d.account(); id != "" {
		after = inAccount(id, d.common(func(f finding.Finding) string { return f.AccountName }), subjectLimit-len(line))
	}
	return line + after
}

// by is the short name of the one who made all the calls that let them out, empty where
// there are several, or it is not known.
func (d digest) by() string {
	return d.common(func(f finding.Finding) string {
		if opened, known := f.Opener(); known {
			return short(opened.Actor)
		}
		return ""
	})
}

// did says what was done about them, by which function, and about how many where that differs.
func (d digest) did(one bool) string {
	counts := map[fate]int{}
	for _, f := range d.findings {
		counts[fateOf(f)]++
	}
	var order []fate
	for fate := range counts {
		order = append(order, fate)
	}
	slices.SortFunc(order, func(a, b fate) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	var parts []string
	for _, fate := range order {
		switch n := counts[fate]; {
		case len(order) > 1:
			parts = append(parts, d.done(fate, strconv.Itoa(n), n == 1))
		case one:
			parts = append(parts, d.done(fate, "it", true))
		default:
			parts = append(parts, d.done(fate, "them", false))
		}
	}
	return strings.Join(parts, ", ")
}

// done says what was done about those of one fate.
func (d digest) done(what fate, those string, one bool) string {
	they, be := those, " are "
	if those == "them" {
		they = "they"
	}
	if one {
		be = " is "
	}
	switch what {
	case planned:
		if mode := d.common(func(f finding.Finding) string { return f.Mode }); mode != "" {
			those += " (mode " + mode + ")"
		}
		return "Ringfence would repair " + those
	case failed:
		return "Ringfence could not repair " + those
	case begun:
		return "Ringfence had begun to repair " + those + ", and whether that was done is not known"
	case deferred:
		return "Ringfence holds back the repair of " + those + ", since somebody keeps undoing it"
	case byRingfence:
		return "Ringfence repaired " + those
	case notEnough:
		return "Ringfence repaired " + those + ", which is not enough"
	case unconfirmed:
		return "Ringfence had begun to repair " + those + ", and the repair is in place"
	case byOthers:
		return "somebody else put " + those + " right"
	case again:
		if d.kind() == boundaryPolicy {
			return they + be + "as approved again"
		}
		return they + be + "inside again"
	case gone:
		return they + strings.NewReplacer("is", "was", "are", "were").Replace(be) + "deleted"
	case withAccount:
		return "the account of " + those + " is closed, suspended, or not in the organization any more"
	}
	if those == "them" || those == "it" {
		return "Ringfence changed nothing"
	}
	return "Ringfence left " + those + " as found"
}
