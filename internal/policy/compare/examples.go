package compare

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/catalog"
	"github.com/ringfence/ringfence/internal/policy/lang"
)

// knownService is a service and the names of actions of it.
type knownService struct {
	service string
	names   []string
}

// known are actions that most people know, by service: a witness that is one of them needs no
// explanation. What matters most comes first.
var known = []knownService{
	{"iam", []string{"CreateUser", "CreateRole", "AttachRolePolicy", "PassRole", "GetRole", "ListUsers"}},
	{"s3", []string{"GetObject", "PutObject", "ListBucket", "DeleteObject", "PutBucketPolicy", "ListAllMyBuckets"}},
	{"ec2", []string{"RunInstances", "TerminateInstances", "CreateTags", "DescribeInstances"}},
	{"lambda", []string{"InvokeFunction", "CreateFunction", "GetFunction", "ListFunctions"}},
	{"dynamodb", []string{"GetItem", "PutItem", "DeleteTable", "ListTables"}},
	{"sqs", []string{"SendMessage", "ReceiveMessage", "ListQueues"}},
	{"sns", []string{"Publish", "CreateTopic"}},
	{"kms", []string{"Decrypt", "Encrypt", "ScheduleKeyDeletion", "ListKeys"}},
	{"sts", []string{"AssumeRole", "GetSessionToken"}},
	{"secretsmanager", []string{"GetSecretValue", "CreateSecret", "ListSecrets"}},
	{"logs", []string{"PutLogEvents", "CreateLogGroup", "DescribeLogGroups"}},
	{"rds", []string{"CreateDBInstance", "DeleteDBInstance", "DescribeDBInstances"}},
	{"cloudformation", []string{"CreateStack", "DeleteStack"}},
	{"organizations", []string{"LeaveOrganization", "DescribeOrganization"}},
}

// example is an action to make a witness of.
type example struct {
	action string
	// types are the ARNs of the resources that the action takes, at most three. An action that takes
	// none is asked for the resource *.
	types []*lang.Glob
	// loose is set for an action of which that is not known, or of which no resource of the types would
	// do: the types are then a hint.
	loose bool
}

// How many examples are tried, and among how many actions they are looked for.
const (
	mostExamples = 4
	mostScanned  = 400
)

// examples gives actions of the class in the order of preference; with plain, the one that it was found
// with. The last is in the class for certain.
func (s *session) examples(in class, sc scope, plain bool) []example {
	if plain {
		return []example{{action: in.action, loose: true}}
	}
	if a, ok := catalog.Lookup(in.action); ok {
		e := newExample(a)
		return []example{e, {e.action, e.types, true}}
	}
	var out []example
	try := func(a catalog.Action) bool {
		if slices.Equal(s.actions.classOf(strings.ToLower(a.String())), in.rules) {
			out = append(out, newExample(a))
		}
		return len(out) < mostExamples && s.space.Budget.Spend(4+len(s.actions.wide)+len(s.actions.services[a.Service]))
	}
	service, _, _ := strings.Cut(in.action, ":")
	named := s.actions.services[service] != nil
	for _, k := range known {
		// An action of no service that is named may be of any that is not.
		if k.service != service && (named || s.actions.services[k.service] != nil) {
			continue
		}
		for _, name := range k.names {
			if a, ok := catalog.Lookup(k.service + ":" + name); ok && !try(a) {
				break
			}
		}
	}
	if len(out) == 0 {
		list := catalog.Actions(service)
		for _, a := range list[:min(len(list), mostScanned)] {
			if !try(a) {
				break
			}
		}
	}
	last := example{action: s.spelt(in, sc), loose: true}
	if len(out) > 0 {
		last.types = out[0].types
	} else if list := catalog.Actions(service); len(list) > 0 {
		last.types = newExample(list[len(list)/2]).types
	}
	return append(out, last)
}

// spelt is the action that the class was found with, or one that is spelt like the glob that it matches.
func (s *session) spelt(in class, sc scope) string {
	for i := range s.actions.globs {
		g := &s.actions.globs[i]
		if !sc.wanted[i] || !strings.Contains(g.text, ":") {
			continue
		}
		name := strings.NewReplacer("*", "Example", "?", "x").Replace(s.spelling(g.text))
		if slices.Equal(s.actions.classOf(strings.ToLower(name)), in.rules) {
			return name
		}
	}
	return in.action
}

// spelling is an action glob as somebody wrote it.
func (s *session) spelling(text string) string {
	for _, layer := range s.layers {
		for _, c := range layer {
			for i := range c.document.Statements {
				for _, written := range c.document.Statements[i].Action.Values {
					if normalAction(written) == text {
						return written
					}
				}
			}
		}
	}
	return text
}

func newExample(a catalog.Action) example {
	e := example{action: a.String()}
	patterns := a.Resources()
	slices.SortStableFunc(patterns, func(a, b string) int { return len(a) - len(b) })
	for _, pattern := range patterns[:min(len(patterns), 3)] {
		g, _ := lang.New(policy.ParsePattern(pattern, policy.Version2008).Tokens, false, nil).KeptInFields(false)
		e.types = append(e.types, g)
	}
	return e
}
