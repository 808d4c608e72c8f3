package notify

import (
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
			Title:       inert(sign(f)+" "+strings.ToUpper(string(f.Severity))+", "+state(f)+": "+sentence(f), titleLimit),
			Description: description(f),
			NextSteps:   nextSteps(f),
			Keywords:    keywords(f),
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
			},
		},
	}
}

// sign is what one sees before reading.
func sign(f finding.Finding) string {
	switch {
	case f.Drift == finding.None, over(f):
		return "✅"
	case f.Severity == finding.Critical:
		return "🚨"
	case f.Severity == finding.High:
		return "🔴"
	case f.Severity == finding.Medium:
		return "🟠"
	}
	return "🟡"
}

// description is the rows of the e-mail, and what changed, each in a code span. It is
// never empty, since the service would drop a notification without one.
func description(f finding.Finding) string {
	var b strings.Builder
	add := func(label, value string) {
		if value = code(value, detailLimit); value == "" {
			return
		}
		line := "*" + label + ":* " + value
		if b.Len()+1+len(line) > descriptionLimit {
			return
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(line)
	}
	for _, r := range rows(f) {
		add(r.label, r.value)
	}
	for _, line := range f.Diff[:min(len(f.Diff), diffLines)] {
		add("Changed", line)
	}
	if b.Len() == 0 {
		return inert(sentence(f), titleLimit)
	}
	return b.String()
}

// nextSteps are what a responder does now.
func nextSteps(f finding.Finding) []string {
	var steps []string
	switch {
	case f.Drift == finding.None:
		return nil
	case f.Outcome == finding.Failed:
		steps = append(steps, "Ringfence could not mend this: mend it by hand, then look at its permissions and its log.")
	case f.Drift == finding.Protected:
		steps = append(steps, "Set the boundary where the AWS service that owns the role takes it from: for IAM Identity Center, the permission set.")
	case f.Drift == finding.ControlTampered:
		steps = append(steps, "Put the changed part of Ringfence back, and find out who changed it.")
	case f.Outcome == finding.Planned:
		steps = append(steps, "Nothing was changed: decide whether it is to be, and whether mode enforce would do it from now on.")
	}
	if f.Contested != nil {
		steps = append(steps, "Somebody keeps undoing the repair: take away what lets them.")
	}
	if f.Escape {
		steps = append(steps, "Find out what was done with the permissions beyond the boundary, in CloudTrail.")
	}
	if f.GivesUp != nil {
		steps = append(steps, "The repair made something possible that was not before: see whether that matters.")
	}
	if undo := undoCommand(f); undo != "" && len(undo) <= stepLimit {
		if command := code(undo, stepLimit); command == "`"+undo+"`" {
			steps = append(steps, "To undo: "+command)
		}
	}
	return steps
}

// keywords are what the channel can be searched for.
func keywords(f finding.Finding) []string {
	var all []string
	for _, word := range []string{"ringfence", string(f.Severity), string(f.Drift), f.Account} {
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
	sum := sha256.Sum256([]byte(f.Account + "\x00" + about))
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
