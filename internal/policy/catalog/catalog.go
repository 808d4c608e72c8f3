package catalog

import (
	"compress/flate"
	_ "embed" // for the list
	"fmt"
	"io"
	"strings"
	"sync"
)

// packed is the list: lines of text, compressed. The first line says what it was made
// from. A line with + begins a service; the lines with @ after it are the ARN
// patterns of its resources, and the others its actions: name, level, and the numbers
// of the patterns that it takes. See gen.
//
//go:embed catalog.flate
var packed string

// Level is how deep an action reaches, as AWS classifies it.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html
type Level byte

// The levels.
const (
	List        Level = '~'
	Read        Level = '='
	Write       Level = '!'
	Tagging     Level = '#'
	Permissions Level = '^'
)

// String is AWS's name of the level.
func (l Level) String() string {
	switch l {
	case List:
		return "List"
	case Read:
		return "Read"
	case Write:
		return "Write"
	case Tagging:
		return "Tagging"
	case Permissions:
		return "Permissions management"
	}
	return ""
}

// Action is one action of one service.
type Action struct {
	// Service is the prefix, such as "s3".
	Service string
	// Name is spelt as AWS spells it, such as "GetObject".
	Name string
	// Level is how deep it reaches.
	Level Level

	resources string // numbers, separated by commas
	patterns  string // the service's lines with @
}

// String is the action as policies write it, such as "s3:GetObject".
func (a Action) String() string { return a.Service + ":" + a.Name }

// TakesResource reports whether the action can be limited to resources. Those that
// cannot are matched with the resource "*".
func (a Action) TakesResource() bool { return a.resources != "" }

// Resources are the ARN patterns of the resources that the action takes, such as
// arn:*:s3:::*/*, with * for everything that varies.
func (a Action) Resources() []string {
	if a.resources == "" {
		return nil
	}
	patterns := strings.Split(strings.TrimSuffix(a.patterns, "\n"), "\n")
	var list []string
	for number := range strings.SplitSeq(a.resources, ",") {
		list = append(list, patterns[decimal(number)][1:])
	}
	return list
}

// decimal reads a number that gen wrote.
func decimal(number string) (n int) {
	for _, c := range number {
		n = n*10 + int(c-'0')
	}
	return n
}

// index is the unpacked list.
type index struct {
	source   string   // what the list was made from, and when that was
	names    []string // of the services, in order
	services map[string]service
}

type service struct{ name, patterns, actions string }

// load unpacks the list once.
var load = sync.OnceValue(func() *index {
	text, err := io.ReadAll(flate.NewReader(strings.NewReader(packed)))
	if err != nil {
		panic(fmt.Sprintf("the embedded list of actions is damaged: %v", err))
	}
	source, rest, _ := strings.Cut(string(text), "\n")
	x := &index{source: source, services: map[string]service{}}
	for block := range strings.SplitSeq(strings.TrimPrefix(rest, "+"), "\n+") {
		name, lines, _ := strings.Cut(block, "\n")
		cut := 0
		for strings.HasPrefix(lines[cut:], "@") {
			n := strings.IndexByte(lines[cut:], '\n')
			if n < 0 {
				n = len(lines[cut:]) - 1
			}
			cut += n + 1
		}
		x.names = append(x.names, name)
		x.services[name] = service{name, lines[:cut], lines[cut:]}
	}
	return x
})

// Services are the prefixes of all services, in order.
func Services() []string { return append([]string(nil), load().names...) }

// Actions are the actions of a service, in order of their names in lower case; none
// if there is no such service.
func Actions(prefix string) []Action {
	s, ok := load().services[strings.ToLower(prefix)]
	if !ok {
		return nil
	}
	list := make([]Action, 0, strings.Count(s.actions, "\n")+1)
	for line := range strings.SplitSeq(s.actions, "\n") {
		if line != "" {
			list = append(list, s.action(line))
		}
	}
	return list
}

// Lookup finds an action by its name, in any case.
func Lookup(action string) (Action, bool) {
	prefix, name, _ := strings.Cut(action, ":")
	s, ok := load().services[strings.ToLower(prefix)]
	if !ok || name == "" {
		return Action{}, false
	}
	for line := range strings.SplitSeq(s.actions, "\n") {
		if len(line) > len(name) && isLevel(line[len(name)]) && strings.EqualFold(line[:len(name)], name) {
			return s.action(line), true
		}
	}
	return Action{}, false
}

func isLevel(c byte) bool { return Level(c).String() != "" }

// action reads one line of a service's actions.
func (s *service) action(line string) Action {
	i := strings.IndexFunc(line, func(r rune) bool { return r < 0x80 && isLevel(byte(r)) })
	return Action{Service: s.name, Name: line[:i], Level: Level(line[i]), resources: line[i+1:], patterns: s.patterns}
}
