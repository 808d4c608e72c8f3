package publish

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ringfence/ringfence/internal/finding"
)

// What one message about several findings shows of them.
const (
	digestLines    = 20
	digestSteps    = 6
	digestCommands = 10
	// moreLimit is room for how many are not listed.
	moreLimit = 40
	// padLimit is the most characters that a column is made wide for.
	padLimit = 48
)

// text is the digest for people: what happened, who did it, and a list of the findings.
func (d digest) text() string {
	lines := []string{clean(prefix(worst(d.findings), d.state())+d.sentence(), lineWidth), ""}
	repairs, more := d.repairs()
	with := inEach
	if len(repairs) > 0 && more == 0 {
		with.repair = "with the commands below."
	}
	lines = append(lines, numbered(d.steps(with))...)
	lines = append(lines, labelled(d.rows(), textLines, textLines)...)
	lines = append(append(lines, ""), d.list()...)
	if len(repairs) > 0 {
		lines = append(append(lines, "", repairsBelow), repairs...)
	}
	if more > 0 {
		lines = append(lines, "… and "+strconv.Itoa(more)+" more: see the field repair of each finding.")
	}
	return strings.Join(lines, "\n") + "\n"
}

// list is a table of the findings: what, drift, severity, what was done, and the id.
func (d digest) list() []string {
	var table [][]string
	listed, left := d.entries()
	for _, e := range listed {
		table = append(table, append(e.cells, joined(", the first ", e.times(), clean(e.findings[0].ID, 64))))
	}
	lines := aligned(table)
	if left > 0 {
		lines = append(lines, "… and "+strconv.Itoa(left)+" more: see the findings on the event bus.")
	}
	return lines
}

// cells are what the list says of one finding, but for its id.
func (d digest) cells(f finding.Finding) []string {
	what := who(f)
	if f.Drift == finding.ControlTampered { // the reason begins with the call and what it was on
		what, _, _ = strings.Cut(f.Reason, ": ")
	}
	if d.account() == "" {
		what += " in account " + f.Account
	}
	return []string{
		clean(what, nameLimit), clean(string(f.Drift), 20), clean(string(f.Severity), 20),
		clean(action(f), 40),
	}
}

// aligned pads the cells of a table, all but the last of each line.
func aligned(table [][]string) []string {
	var widths []int
	for _, cells := range table {
		for i, cell := range cells {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], min(padLimit, utf8.RuneCountInString(cell)))
		}
	}
	var lines []string
	for _, cells := range table {
		var b strings.Builder
		for i, cell := range cells {
			b.WriteString(cell)
			if i < len(cells)-1 {
				b.WriteString(strings.Repeat(" ", 2+max(0, widths[i]-utf8.RuneCountInString(cell))))
			}
		}
		lines = append(lines, b.String())
	}
	return lines
}

// rows are what the findings have in common.
func (d digest) rows() []row {
	var calls finding.Calls
	for _, f := range d.findings {
		if c, known := f.Opener(); known {
			calls = append(calls, c)
		}
	}
	all := callers(calls)
	switch unknown := len(d.findings) - len(calls); {
	case unknown == len(d.findings):
		all = []row{{label: "Opened by", value: "not known"}}
	case unknown > 0:
		all[0].value += "; for " + strconv.Itoa(unknown) + " not known"
	}
	how := func(f finding.Finding) string {
		if _, known := f.Opener(); known && causes[f.Cause] == "" {
			return ""
		}
		return found(f, clean(f.Event.Name, partLimit), "")
	}
	return append(all,
		row{label: "Found", value: some(distinct(d.findings, how), 2)},
		row{label: "Outside", value: d.outside()},
		row{label: "Required", value: some(distinct(d.findings, func(f finding.Finding) string { return f.Required }), 3)},
		row{label: "Rule", value: some(distinct(d.findings, func(f finding.Finding) string { return ruled(f).value }), 3)},
	)
}

// callers say who made calls, from where, and which.
func callers(calls finding.Calls) []row {
	each := func(most int, of func(finding.Call) string) string {
		var all []string
		for _, c := range calls {
			if s := of(c); s != "" && !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
		return some(all, most)
	}
	return []row{
		{label: "By", value: each(2, func(c finding.Call) string { return actor(c.Actor) })},
		{label: "From", value: joined(", ",
			each(3, func(c finding.Call) string { return clean(c.Actor.SourceIP, partLimit) }),
			each(2, func(c finding.Call) string { return clean(c.Actor.UserAgent, actorLimit) }))},
		{label: "Call", value: each(3, func(c finding.Call) string { return clean(c.Event.Name, partLimit) })},
	}
}

// outside says from when to when they were outside, as far as that is known.
func (d digest) outside() string {
	var froms, tos []time.Time
	var longest time.Duration
	for _, f := range d.findings {
		x := f.Exposure
		if x.From != nil {
			froms = append(froms, *x.From)
		}
		if x.To != nil {
			tos = append(tos, *x.To)
		}
		if x.From != nil && x.To != nil {
			longest = max(longest, span(x))
		}
	}
	slices.SortFunc(froms, time.Time.Compare)
	slices.SortFunc(tos, time.Time.Compare)
	var said string
	switch over := d.status() == finding.Resolved && len(tos) > 0; {
	case len(froms) == 0 && over:
		return "until " + moment(tos[len(tos)-1]) + "; since when is not known"
	case len(froms) == 0:
		return ""
	case over:
		said = "from " + moment(froms[0]) + " to " + moment(tos[len(tos)-1]) + ", each for " + length(longest) + " at most"
	case froms[0].Equal(froms[len(froms)-1]):
		said = "since " + moment(froms[0])
	default:
		said = "since " + moment(froms[0]) + ", the last since " + moment(froms[len(froms)-1])
	}
	if n := len(d.findings) - len(froms); n > 0 {
		said += "; for " + strconv.Itoa(n) + " not known"
	}
	return said
}

// notification is the digest for chat channels.
func (d digest) notification() notification {
	sentence := d.sentence()
	opened, _ := d.findings[0].Opener()
	severity, status := string(worst(d.findings)), string(d.status())
	return notification{
		Version: "1.0",
		Source:  "custom",
		ID:      d.id(),
		Content: content{
			TextType:    "client-markdown",
			Title:       title(worst(d.findings), d.state(), sentence),
			Description: d.description(),
			NextSteps:   d.nextSteps(),
			Keywords:    keywords("ringfence", severity, string(d.drift()), status, d.account()),
		},
		Metadata: metadata{
			ThreadID:         threadID(d.account(), string(d.drift()), short(opened.Actor)),
			Summary:          inert(sentence, titleLimit),
			EventType:        "ringfence-digest",
			RelatedResources: d.relatedResources(),
			AdditionalContext: map[string]string{
				"account": inert(d.account(), 64), "drift": inert(string(d.drift()), 64), "severity": inert(severity, 64),
				"status": inert(status, 64), "count": strconv.Itoa(len(d.findings)),
			},
		},
	}
}

// id is the same for the same revisions of the same findings.
func (d digest) id() string {
	h := sha256.New()
	for _, f := range d.findings {
		h.Write([]byte(f.ID + " " + strconv.Itoa(f.Revision) + "\x00"))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// description is the rows of the e-mail and its list, as much as there is room for.
func (d digest) description() string {
	var b details
	for _, r := range d.rows() {
		b.add(r.label, r.value)
	}
	listed := 0
	entries, _ := d.entries()
	for _, e := range entries {
		line := e.cells[0] + " · " + joined(", ", append(e.cells[1:], e.times())...)
		if b.Len()+len(code(line, detailLimit))+moreLimit > descriptionLimit || !b.add("", line) {
			break
		}
		listed += len(e.findings)
	}
	if n := len(d.findings) - listed; n > 0 {
		b.add("", "… and "+strconv.Itoa(n)+" more")
	}
	return b.String()
}

const repairsBelow = "Repair them with the commands below:"

// inEach is where the commands are of which a digest shows none.
var inEach = commands{"with the command in the field repair of each finding.", "with the command in the field attempts of the finding."}

// repairs are the commands that remediate, and how many are not shown.
func (d digest) repairs() (shown []string, more int) {
	for _, f := range d.findings {
		switch command := repairCommand(f); {
		case command != "" && len(shown) < digestCommands:
			shown = append(shown, command)
		case f.Repair != "" && unblock(f) == "":
			more++
		}
	}
	return shown, more
}

func (d digest) nextSteps() []string { return d.steps(inEach) }

// steps are the different next steps of the findings.
func (d digest) steps(with commands) []string {
	var steps []string
	for _, f := range d.findings {
		for _, step := range advice(f, with) {
			if !slices.Contains(steps, step) && len(steps) < digestSteps {
				steps = append(steps, step)
			}
		}
	}
	return steps
}

func (d digest) relatedResources() []string {
	var arns []string
	entries, _ := d.entries()
	for _, e := range entries {
		for _, arn := range relatedResources(e.findings[0]) {
			if !slices.Contains(arns, arn) {
				arns = append(arns, arn)
			}
		}
	}
	return arns
}
