package publish

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/finding"
)

type snsAPI interface {
	Publish(context.Context, *sns.PublishInput, ...func(*sns.Options)) (*sns.PublishOutput, error)
}

// publish sends one message about findings, of which there is at least one. An owner's topic may be
// in another region than the stack's. SNS takes a message only in the region of its topic.
func (n *Notifier) publish(ctx context.Context, topic string, findings []finding.Finding) error {
	doing := fmt.Sprintf("publishing finding %s to %s", findings[0].ID, topic)
	if len(findings) > 1 {
		doing = fmt.Sprintf("publishing a digest of %d findings to %s", len(findings), topic)
	}
	input, err := publication(findings)
	if err != nil {
		return errclass.New(errclass.Refused, "%s: %w", doing, err)
	}
	input.TopicArn = &topic
	_, err = n.topic.Publish(ctx, input, func(o *sns.Options) {
		if at, err := arn.Parse(topic); err == nil && at.Region != "" {
			o.Region = at.Region
		}
	})
	return awserr.Wrap(err, "%s", doing)
}

// latest leaves out all but the latest revision of each finding: a message that was kept
// back may have an older one too. The order stays.
func latest(findings []finding.Finding) []finding.Finding {
	at := map[string]int{}
	var all []finding.Finding
	for _, f := range findings {
		i, ok := at[f.ID]
		switch {
		case !ok || f.ID == "":
			at[f.ID] = len(all)
			all = append(all, f)
		case f.Revision >= all[i].Revision:
			all[i] = f
		}
	}
	return all
}

// publication is a message as SNS wants it, but for the topic.
func publication(findings []finding.Finding) (*sns.PublishInput, error) {
	var title, text string
	var err error
	if len(findings) == 1 {
		title = subject(findings[0])
		text, err = message(findings[0])
	} else {
		d := newDigest(findings)
		title = d.subject()
		text, err = d.message()
	}
	if err != nil {
		return nil, err
	}
	return &sns.PublishInput{
		Subject:           aws.String(title),
		Message:           aws.String(text),
		MessageStructure:  aws.String("json"),
		MessageAttributes: attributes(findings),
	}, nil
}

// attributes are for the filter policies of subscriptions: severity (the worst), account,
// drift, outcome, owner, status and count. Where findings differ, the attribute is a list, and a
// filter matches when any of its values does. SNS takes no empty attributes.
//
// AWS documents that attributes are not delivered along with a message that differs by
// protocol, so that subscribers must read them in the finding instead.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
func attributes(findings []finding.Finding) map[string]types.MessageAttributeValue {
	all := map[string]types.MessageAttributeValue{
		"count": {DataType: aws.String("Number"), StringValue: aws.String(strconv.Itoa(len(findings)))},
	}
	add := func(name string, of func(finding.Finding) string) {
		values := distinct(findings, func(f finding.Finding) string { return clean(of(f), 64) })
		switch len(values) {
		case 0:
		case 1:
			all[name] = types.MessageAttributeValue{DataType: aws.String("String"), StringValue: &values[0]}
		default:
			list, _ := json.Marshal(values) // strings can be written
			all[name] = types.MessageAttributeValue{DataType: aws.String("String.Array"), StringValue: aws.String(string(list))}
		}
	}
	severity := worst(findings)
	add("severity", func(finding.Finding) string { return string(severity) })
	add("account", func(f finding.Finding) string { return f.Account })
	add("drift", func(f finding.Finding) string { return string(f.Drift) })
	add("outcome", func(f finding.Finding) string { return string(f.Outcome) })
	add("owner", func(f finding.Finding) string { return f.Owner })
	add("status", func(f finding.Finding) string { return string(f.Status) })
	return all
}

// distinct are the different values that findings have, in the order in which they first
// occur, without empty ones.
func distinct(findings []finding.Finding, of func(finding.Finding) string) []string {
	var all []string
	seen := map[string]bool{"": true}
	for _, f := range findings {
		if value := of(f); !seen[value] {
			seen[value] = true
			all = append(all, value)
		}
	}
	return all
}

func worst(findings []finding.Finding) finding.Severity {
	return slices.MinFunc(findings, func(a, b finding.Finding) int { return cmp.Compare(a.Severity.Rank(), b.Severity.Rank()) }).Severity
}
