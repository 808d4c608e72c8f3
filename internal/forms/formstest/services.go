package formstest

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// cli is what the AWS CLI prints of the event history.
func cli(records []json.RawMessage) []Form {
	lookup := each(records, func(raw json.RawMessage) any {
		r := read(raw)
		return object{
			"EventId": r.EventID, "EventName": r.EventName, "ReadOnly": "false", "EventTime": r.EventTime,
			"EventSource": r.EventSource, "Username": "jane", "Resources": []any{}, "CloudTrailEvent": compact(raw),
		}
	})
	texts := each(records, func(r json.RawMessage) any { return compact(r) })
	const command = "aws cloudtrail lookup-events"
	return []Form{
		{Name: "lookup-events", Get: "`" + command + "`", File: "lookup.json", Data: indent(object{"Events": lookup})},
		{Name: "lookup-events, a list of texts", Get: "`" + command + " --query 'Events[].CloudTrailEvent'`", File: "texts.json", Data: indent(texts)},
		{Name: "lookup-events, text", Get: "the same with `--output text`", File: "lookup.txt", Data: lines([]any{strings.TrimRight(string(lines(texts, "\t")), "\t")}, "\n")},
		{Name: "lookup-events, in parts", Get: "the same with `--query` and without `CloudTrailEvent`", File: "parts.json", Partial: true, Data: indent(object{"Events": each(records, func(raw json.RawMessage) any {
			r := read(raw)
			return object{"EventId": r.EventID, "EventName": r.EventName, "EventSource": r.EventSource, "EventTime": r.EventTime}
		})})},
	}
}

// logs are CloudWatch Logs, Splunk and Elasticsearch.
func logs(records []json.RawMessage) []Form {
	message := each(records, func(r json.RawMessage) any {
		return object{"logStreamName": "1_CloudTrail_us-east-1", "timestamp": 1772366401000, "message": compact(r), "ingestionTime": 1772366402000, "eventId": "3"}
	})
	subscription := object{
		"messageType": "DATA_MESSAGE", "owner": "123456789012", "logGroup": "trail", "logStream": "s",
		"subscriptionFilters": []string{"all"}, "logEvents": each(records, func(r json.RawMessage) any {
			return object{"id": "1", "timestamp": 1772366401000, "message": compact(r)}
		}),
	}
	zipped := base64.StdEncoding.EncodeToString(zip(marshal(subscription)))
	return []Form{
		{Name: "CloudWatch Logs", Get: "`aws logs filter-log-events`", File: "filter.json", Data: indent(object{"events": message, "searchedLogStreams": []any{}})},
		{Name: "CloudWatch Logs, one stream", Get: "`aws logs get-log-events`", File: "stream.json", Data: indent(object{"events": message, "nextForwardToken": "f/3"})},
		{Name: "CloudWatch Logs, text", Get: "`aws logs tail`, `aws logs filter-log-events --output text`", File: "tail.txt", Data: lines(each(records, func(r json.RawMessage) any {
			return "EVENTS\t3\t1772366402000\t" + compact(r) + "\t1_CloudTrail_us-east-1\t1772366401000"
		}), "\n")},
		{Name: "CloudWatch Logs, export to S3", Get: "`aws logs create-export-task`", File: "000000.gz", Data: zip(lines(each(records, func(r json.RawMessage) any {
			return read(r).EventTime + " " + compact(r)
		}), "\n"))},
		{Name: "CloudWatch Logs Insights", Get: "`aws logs get-query-results`, of `fields @timestamp, @message`", File: "insights.json", Data: indent(object{"results": each(records, func(r json.RawMessage) any {
			return []any{object{"field": "@timestamp", "value": "2026-03-01 12:00:01.000"}, object{"field": "@message", "value": compact(r)}, object{"field": "@ptr", "value": "Cl0K"}}
		}), "status": "Complete"})},
		{Name: "CloudWatch Logs subscription, in Lambda", Get: "the event of a function that a log group is subscribed with", File: "awslogs.json", Data: indent(object{"awslogs": object{"data": zipped}})},
		{Name: "CloudWatch Logs subscription, unpacked", Get: "the same, decoded; or what Firehose writes", File: "subscription.json", Data: indent(subscription)},
		{Name: "CloudWatch Logs subscription, through Kinesis", Get: "the event of a function that reads a stream", File: "stream-of-logs.json", Data: indent(object{"Records": []any{object{"kinesis": object{"data": zipped}, "eventSource": "aws:kinesis", "eventName": "aws:kinesis:record", "eventVersion": "1.0", "eventID": "shardId-000000000000:1"}}})},
		{Name: "Splunk, JSON", Get: "*Export results*, JSON", File: "splunk.json", Data: lines(each(records, func(raw json.RawMessage) any {
			r := read(raw)
			return object{"preview": false, "offset": 0, "result": object{"_raw": compact(raw), "_time": r.EventTime, "eventName": r.EventName, "eventSource": r.EventSource, "sourcetype": "aws:cloudtrail"}}
		}), "\n")},
		{Name: "Elasticsearch", Get: "`GET logs-aws.cloudtrail-*/_search`, with `event.original` kept", File: "hits.json", Data: indent(object{"took": 3, "hits": object{"total": object{"value": len(records)}, "hits": each(records, func(raw json.RawMessage) any {
			r := read(raw)
			return object{"_index": "logs-aws.cloudtrail", "_id": r.EventID, "_source": object{
				"aws":   object{"cloudtrail": object{"event_version": "1.08", "request_parameters": "{roleName=app}"}},
				"event": object{"action": r.EventName, "provider": r.EventSource, "original": compact(raw)}, "tags": []string{"forwarded"},
			}}
		})}})},
		{Name: "Elasticsearch, in parts", Get: "the same without `event.original`", File: "parts-hits.json", Partial: true, Data: indent(object{"hits": object{"hits": each(records, func(raw json.RawMessage) any {
			r := read(raw)
			return object{"_source": object{"aws": object{"cloudtrail": object{"event_version": "1.08"}}, "event": object{"action": r.EventName, "provider": r.EventSource}}}
		})}})},
	}
}

// messages are what queues, topics and streams carry.
func messages(records []json.RawMessage) []Form {
	body := func(r json.RawMessage) string { return string(marshal(event(r))) }
	encoded := func(r json.RawMessage) string { return base64.StdEncoding.EncodeToString([]byte(body(r))) }
	batch := object{"Records": each(records, func(r json.RawMessage) any {
		return object{
			"messageId": "m", "receiptHandle": "h", "body": body(r), "attributes": object{"ApproximateReceiveCount": "1"}, "messageAttributes": object{},
			"eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:ringfence-events", "awsRegion": "us-east-1",
		}
	})}
	notification := func(r json.RawMessage) object {
		return object{"Type": "Notification", "MessageId": "m", "TopicArn": "arn:aws:sns:us-east-1:123456789012:t", "Message": body(r), "Timestamp": read(r).EventTime}
	}
	return []Form{
		{Name: "SQS messages, dead letters", Get: "`aws sqs receive-message`", File: "dead-letters.json", Data: lines(each(records, func(r json.RawMessage) any {
			return object{"Messages": []any{object{
				"MessageId": "m", "ReceiptHandle": "h", "MD5OfBody": "x", "Body": body(r),
				"MessageAttributes": object{"reason": object{"StringValue": "malformed", "DataType": "String"}},
			}}}
		}), "\n")},
		{Name: "SQS messages, in Lambda", Get: "the event of a function that reads a queue", File: "batch.json", Data: indent(batch)},
		{Name: "dead letters of a function", Get: "a destination on failure", File: "destination.json", Data: indent(object{
			"version": "1.0", "requestContext": object{"condition": "RetriesExhausted", "approximateInvokeCount": 3},
			"requestPayload": batch, "responseContext": object{"statusCode": 200}, "responsePayload": object{"errorMessage": "{no JSON"},
		})},
		{Name: "SNS notifications", Get: "a subscription by HTTP or e-mail, or a queue's", File: "notifications.json", Data: lines(each(records, func(r json.RawMessage) any { return notification(r) }), "\n")},
		{Name: "SNS notifications, in a queue", Get: "`aws sqs receive-message`", File: "sns-in-sqs.json", Data: indent(object{"Messages": each(records, func(r json.RawMessage) any {
			return object{"MessageId": "m", "Body": string(marshal(notification(r)))}
		})})},
		{Name: "SNS notifications, in Lambda", Get: "the event of a function that is subscribed", File: "sns.json", Data: indent(object{"Records": each(records, func(r json.RawMessage) any {
			return object{"EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": "arn:aws:sns:us-east-1:123456789012:t:1", "Sns": notification(r)}
		})})},
		{Name: "Kinesis, in Lambda", Get: "the event of a function that reads a stream", File: "kinesis.json", Data: indent(object{"Records": each(records, func(r json.RawMessage) any {
			return object{"kinesis": object{"partitionKey": "k", "data": encoded(r)}, "eventSource": "aws:kinesis", "eventName": "aws:kinesis:record", "eventVersion": "1.0", "eventID": "shardId-000000000000:1"}
		})})},
		{Name: "Kinesis", Get: "`aws kinesis get-records`", File: "records-of-stream.json", Data: indent(object{"Records": each(records, func(r json.RawMessage) any {
			return object{"SequenceNumber": "1", "Data": encoded(r), "PartitionKey": "k"}
		})})},
		{Name: "Firehose, in Lambda", Get: "the event of a function that transforms records", File: "firehose.json", Data: indent(object{"invocationId": "i", "records": each(records, func(r json.RawMessage) any {
			return object{"recordId": "1", "data": encoded(r)}
		})})},
	}
}
