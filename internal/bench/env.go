package main

import (
	"maps"

	"github.com/ringfence/ringfence/internal/localaws"
)

// env returns the environment of a function that calls AWS at a URL: exactly what Lambda and the
// template set.
func (a *account) env(t target, url string) map[string]string {
	env := map[string]string{
		"AWS_REGION":                  region,
		"AWS_ACCESS_KEY_ID":           localaws.DefaultAccount,
		"AWS_SECRET_ACCESS_KEY":       "local",
		"AWS_ENDPOINT_URL":            url,
		"RINGFENCE_BOUNDARY_ARN":      boundary,
		"RINGFENCE_BOUNDARY_DOCUMENT": a.documentFile,
		"RINGFENCE_MODE":              "enforce",
		"RINGFENCE_PROPAGATION":       "30s",
	}
	queue := func(name string) string { return url + "/" + localaws.DefaultAccount + "/" + name }
	if t.ledger {
		maps.Copy(env, map[string]string{
			"RINGFENCE_LEDGER_TABLE":        ledgerTable,
			"RINGFENCE_REPORT_QUEUE_URL":    queue(reports),
			"RINGFENCE_FOLLOW_UP_QUEUE_URL": queue(followUps),
			"RINGFENCE_DEAD_LETTERS_URL":    queue(deadLetters),
		})
	} else {
		maps.Copy(env, map[string]string{
			"RINGFENCE_TOPIC_ARN": a.topic,
			"RINGFENCE_EVENT_BUS": "default",
		})
	}
	return env
}
