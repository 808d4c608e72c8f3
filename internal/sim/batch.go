package sim

import (
	"encoding/json"

	"github.com/ringfence/ringfence/internal/delivery"
	"github.com/ringfence/ringfence/internal/target"
)

// input returns the event that SQS passes to a function.
func (w *World) input(q *lane, batch []*message) []byte {
	var in struct {
		Records []delivery.Message `json:"Records"`
	}
	for _, m := range batch {
		in.Records = append(in.Records, delivery.Message{
			ID: m.id, Source: "aws:sqs", QueueARN: "arn:aws:sqs:us-east-1:" + accountID + ":" + q.name, Receipt: m.id, Body: m.body,
		})
	}
	data, _ := json.Marshal(in) // strings always encode
	return data
}

// walks reports whether a message is about many principals. Such a message is handled alone,
// because otherwise its calls and those of others would have no fixed order.
func walks(body string) bool {
	var m struct {
		Source string `json:"source"`
		Detail struct {
			EventName string `json:"eventName"`
			Target    struct {
				Kind string `json:"kind"`
			} `json:"target"`
			RequestParameters struct {
				Omitted   bool   `json:"omitted"`
				GroupName string `json:"groupName"`
			} `json:"requestParameters"`
		} `json:"detail"`
	}
	_ = json.Unmarshal([]byte(body), &m)
	r := m.Detail.RequestParameters
	return m.Source == target.Source && m.Detail.Target.Kind == "walk" || r.Omitted || r.GroupName != ""
}

func called(batch []*message) (all []string) {
	for _, m := range batch {
		all = append(all, m.name)
	}
	return all
}
