package publish

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
)

// The bounds of a chat notification. AWS documents none; Slack shows no more than 3,000
// characters in a section.
// https://docs.slack.dev/reference/block-kit/blocks/section-block
const (
	titleLimit       = 250
	descriptionLimit = 2800
	detailLimit      = 240
	stepLimit        = 600
	diffLines        = 8
)

// notification is a custom notification of AWS's chat service. Only version, source and
// the description are required.
//
// https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
type notification struct {
	Version  string   `json:"version"`
	Source   string   `json:"source"`
	ID       string   `json:"id,omitempty"`
	Content  content  `json:"content"`
	Metadata metadata `json:"metadata"`
}

type content struct {
	TextType    string   `json:"textType"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	NextSteps   []string `json:"nextSteps,omitempty"`
	Keywords    []string `json:"keywords,omitempty"`
}

type metadata struct {
	ThreadID          string            `json:"threadId"`
	Summary           string            `json:"summary"`
	EventType         string            `json:"eventType"`
	RelatedResources  []string          `json:"relatedResources,omitempty"`
	AdditionalContext map[string]string `json:"additionalContext,omitempty"`
}

func chatNotification(f finding.Finding) notification {
	return notification{
		Version: "1.0",
		Source:  "custom",
		ID:      inert(f.ID, 64),
		Content: content{
			TextType:    "client-markdown",
			Title:       title(f.Severity, state(f), sentence(f)),
			Description: description(f),
			NextSteps:   nextSteps(f),
			Keywords:    keywords("ringfence", string(f.Severity), string(f.Drift), string(f.Status), f.Account),
		},
		Metadata: metadata{
			ThreadID:         thread(f),
			Summary:          inert(sentence(f), titleLimit),
			EventType:        inert("ringfence-"+string(f.Drift), 64),
			RelatedResources: relatedResources(f),
			AdditionalContext: map[string]string{
				"finding": inert(f.ID, 64), "account": inert(f.Account, 64), "rule": inert(f.Rule, 128),
				"drift": inert(string(f.Drift), 64), "severity": inert(string(f.Severity), 64),
				"action": inert(string(f.Action), 64), "outcome": inert(string(f.Outcome), 64),
				"status": inert(string(f.Status), 64), "owner": inert(f.Owner, 128),
			},
		},
	}
}

func title(severity finding.Severity, state, sentence string) string {
	return inert(sign(severity, state)+" "+strings.ToUpper(string(severity))+", "+state+": "+sentence, titleLimit)
}

// sign is what one sees before reading. What is critical stays an alarm when it is
// resolved, since somebody must find out what was done meanwhile.
func sign(severity finding.Severity, state string) string {
	switch {
	case severity == finding.Critical && state != "OK":
		return "🚨"
	case state != "OPEN":
		return "✅"
	case severity == finding.High:
		return "🔴"
	case severity == finding.Medium:
		return "🟠"
	}
	return "🟡"
}

// description is the rows of the e-mail, and what changed, each in a code span. It is
// never empty, since the service would drop a notification without one.
func description(f finding.Finding) string {
	var d details
	all := rows(f)
	for _, r := range all {
		d.reserved += len(r.linked()) + 1
	}
	for _, r := range all {
		d.add(r.label, r.value)
	}
	for _, line := range f.Diff[:min(len(f.Diff), diffLines)] {
		d.add("Changed", line)
	}
	d.reserved = 0
	for _, r := range all {
		d.line(r.linked())
	}
	return cmp.Or(d.String(), inert(sentence(f), titleLimit))
}

// details are labelled lines, each in a code span, of which there is no more than a
// notification may have.
type details struct {
	strings.Builder
	reserved int // bytes that are kept for what comes later
}

func (d *details) add(label, value string) bool {
	value = code(value, detailLimit)
	if value == "" {
		return false
	}
	line := "*" + label + ":* " + value
	if label == "" {
		line = value
	}
	return d.line(line)
}

// line adds a line where there is room for it.
func (d *details) line(line string) bool {
	if line == "" || d.Len()+1+len(line)+d.reserved > descriptionLimit {
		return false
	}
	if d.Len() > 0 {
		d.WriteByte('\n')
	}
	d.WriteString(line)
	return true
}

// linked is a row's page in a chat, empty for a row that has none.
func (r row) linked() string {
	if r.link == "" {
		return ""
	}
	return "*" + r.label + ":* " + r.link
}

// keywords are what the channel can be searched for.
func keywords(words ...string) []string {
	var all []string
	for _, word := range words {
		if word = inert(word, 64); word != "" {
			all = append(all, word)
		}
	}
	return all
}

// thread puts all findings about one principal, or one policy, into one thread.
func thread(f finding.Finding) string {
	about := f.Required
	if f.Principal != nil {
		about = f.Principal.ARN
	}
	return threadID(f.Account, about)
}

func threadID(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return "ringfence-" + hex.EncodeToString(sum[:8])
}

func relatedResources(f finding.Finding) []string {
	var arns []string
	for _, arn := range resources(f) {
		if arn = inert(arn, 512); arn != "" {
			arns = append(arns, arn)
		}
	}
	return arns
}
