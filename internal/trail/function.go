package trail

import (
	"encoding/json"
	"slices"
	"strings"
)

// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html
func onFunction(r Raw) (Subject, error) {
	q, err := parameters[controlRequest](r)
	switch {
	case err != nil:
		return nil, err
	case q.FunctionName == "":
		return nil, r.missing("requestParameters.functionName")
	case q.DryRun: // only asked whether it could be done
		return Unwatched{}, nil
	}
	return Control{Resources: []string{r.function(q.FunctionName)}}, nil
}

// function is the ARN of a function. Lambda takes its name, its ARN and the end of its
// ARN from the account on, each with a version or alias behind it.
func (r Raw) function(name string) string {
	if parts := strings.Split(name, ":"); len(parts) > 2 && isAccount(parts[0]) && parts[1] == "function" {
		r.Account, name = parts[0], strings.Join(parts[2:], ":")
	}
	return r.arn("lambda", name, "function:"+strings.TrimPrefix(name, "function:"))
}

// mapping is what an event source mapping is of, as requests and answers tell.
type mapping struct {
	UUID           string `json:"uuid"`
	FunctionARN    string `json:"functionArn"`
	EventSourceARN string `json:"eventSourceArn"`
}

// A mapping takes messages from a queue for a function: also one that takes them from
// the queue of another. The requests name only what is to change.
// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html
func onEventSourceMapping(r Raw) (Subject, error) {
	q, err := parameters[controlRequest](r)
	if err != nil {
		return nil, err
	}
	var m mapping
	if r.Response != nil && json.Unmarshal(r.Response, &m) != nil {
		m = mapping{} // cut short, or omitted
	}
	var c Control
	add := func(arn string) {
		if !slices.Contains(c.Resources, arn) {
			c.Resources = append(c.Resources, arn)
		}
	}
	if id := first(m.UUID, q.UUID); id != "" {
		add(r.arn("lambda", id, "event-source-mapping:"+id))
	}
	if name := first(m.FunctionARN, q.FunctionName); name != "" {
		add(r.function(name))
	}
	if source := first(m.EventSourceARN, q.EventSourceARN); source != "" {
		add(source)
	}
	if c.Resources == nil {
		return nil, r.missing("requestParameters.uuid")
	}
	return c, nil
}
