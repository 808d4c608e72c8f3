package templatetest_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/policy/catalog"
	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/wildcard"
)

// without are the types without an ARN of their own: a call on one is a call on another part, or
// matters only to its readers, as for a saved query. The ARN of an event source mapping cannot be
// known; see the claim "feed". The same is true for an AWS Config rule, which only reports.
var without = []string{
	"AWS::Config::ConfigRule", "AWS::IAM::RolePolicy", "AWS::KMS::Alias", "AWS::Lambda::EventSourceMapping", "AWS::Lambda::Permission",
	"AWS::Logs::QueryDefinition", "AWS::SNS::Subscription", "AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy",
}

// parts returns the ARNs of everything in the stack, including the stack itself and a replay after
// an outage.
func (s *stack) parts() (arns []string) {
	s.t.Helper()
	for id, r := range s.Resources {
		switch r.Type {
		case "AWS::Logs::LogGroup":
			arns = append(arns, s.group(id), s.stream(id))
		case "AWS::SNS::Topic", "AWS::IAM::ManagedPolicy":
			arns = append(arns, s.ref(id).(string))
		case "AWS::CloudWatch::Dashboard":
			arns = append(arns, "arn:aws:cloudwatch::"+account+":dashboard/"+s.ref(id).(string))
		case "AWS::Events::Archive":
			arns = append(arns, "arn:aws:events:"+region+":"+account+":archive/"+s.properties(id)["ArchiveName"].(string))
		case "AWS::Scheduler::Schedule":
			arns = append(arns, "arn:aws:scheduler:"+region+":"+account+":schedule/default/"+s.properties(id)["Name"].(string))
		default:
			if !slices.Contains(without, r.Type) {
				arns = append(arns, s.attribute(id, "Arn"))
			}
		}
	}
	return append(arns, pseudo["AWS::StackId"].(string), "arn:aws:events:"+region+":"+account+":replay/"+name+"-outage")
}

// actionsOn returns the actions on a resource, of all services.
func actionsOn(arn string) (actions []catalog.Action) {
	services := []string{strings.Split(arn, ":")[2]}
	if strings.Contains(arn, ":role/") {
		services = append(services, "sts")
	}
	for _, service := range services {
		for _, a := range catalog.Actions(service) {
			if slices.ContainsFunc(a.Resources(), func(p string) bool { return wildcard.Match(p, arn) }) {
				actions = append(actions, a)
			}
		}
	}
	return actions
}

// taking are actions that AWS classifies as reads, but that remove something, or that are not
// needed to see how Ringfence works.
var taking = []string{"dynamodb:ReadDataForReplication", "dynamodb:SearchVectors", "logs:Unmask", "sqs:ReceiveMessage"}

func isRead(a catalog.Action) bool {
	return (a.Level == catalog.Read || a.Level == catalog.List) && !slices.Contains(taking, a.String())
}

// An administrator may only read the parts of the stack, and the deployer may do everything. The
// actions are from the catalogue, so new actions of AWS are tested as soon as the catalogue has
// them.
func TestOnlyTheDeployerWritesToAnyPart(t *testing.T) {
	s, p, asked := single(t), organization(t), 0
	for _, arn := range s.parts() {
		for _, a := range actionsOn(arn) {
			context := map[string][]string{}
			if arn == s.attribute("Key", "Arn") {
				maps.Copy(context, s.tags("Key"))
			}
			asked++
			claim{"an administrator", a.String(), arn, context, isRead(a)}.hold(t, p, iamARN+"role/admin")
			claim{"the deployer", a.String(), arn, context, true}.hold(t, p, iamARN+"role/ringfence-deployer")
		}
	}
	if asked < 800 {
		t.Errorf("only %d requests", asked)
	}
}

// Each boundary document denies explicitly every write to every part of the stack: the policy of a
// queue, a key or a function could allow what a boundary merely does not allow.
func TestBoundaryDocumentsDenyEveryWrite(t *testing.T) {
	s := single(t)
	caller, err := eval.ParsePrincipal(iamARN + "role/team/someone")
	if err != nil {
		t.Fatal(err)
	}
	for _, document := range boundaryDocuments(t) {
		p := &eval.Policies{Identity: []*eval.Policy{everything(t)}, Boundaries: []*eval.Policy{compiled(t, document)}}
		for _, arn := range append(s.parts(), "arn:aws:cloudtrail:us-east-1:"+account+":trail/t") {
			for _, a := range actionsOn(arn) {
				if isRead(a) || a.String() == "cloudtrail:CreateTrail" {
					continue
				}
				context := map[string][]string{}
				if arn == s.attribute("Key", "Arn") {
					maps.Copy(context, s.tags("Key"))
				}
				d := eval.Evaluate(p, &eval.Request{
					Principal: caller, Action: a.String(), Resource: arn, ResourceAccount: account, Context: eval.NewContext(context),
				})
				if d.Outcome != eval.ExplicitDeny || d.Uncertain {
					t.Errorf("%s: %s on %s: %s", document, a, arn, d.Outcome)
				}
			}
		}
	}
}
