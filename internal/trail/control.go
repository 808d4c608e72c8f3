package trail

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// controlled returns the ARNs of the resources that a call names, on one of the services that Ringfence is
// built on. It knows all forms in which these services accept a name. A bare name is a resource in the region
// and account of the call. A value that cannot be read names nothing and is not an error: the call is then
// reported as unnamed.
func controlled(r Raw) (Subject, error) {
	if bool(r.Event.ReadOnly) || r.Event.ofData() || isDryRun(r) {
		return Unwatched{}, nil
	}
	c, named := Control{Withheld: r.withheld(), Tags: r.tagKeys()}, false
	for _, p := range controlPlaces[r.Source] {
		names, found := r.at(p.path)
		named = named || found
		for _, name := range names {
			if arn := p.arn(r, name); arn != "" && !slices.Contains(c.Resources, arn) {
				c.Resources = append(c.Resources, arn)
			}
		}
	}
	if !named && isPermission(r) {
		named, c.Resources = true, []string{busARN(r, "default")}
	}
	c.Unnamed = !named
	return c, nil
}

// isPermission reports whether the call is on an event bus, which is the account's default bus if the call
// names none.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html
func isPermission(r Raw) bool {
	return r.Source == awsEvents && (r.Name == "PutPermission" || r.Name == "RemovePermission")
}

// isDryRun reports whether the call only asked whether a function could be changed.
// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html
func isDryRun(r Raw) bool {
	var q struct {
		DryRun Flag `json:"dryRun"`
	}
	return r.Source == awsLambda && json.Unmarshal(r.Request, &q) == nil && bool(q.DryRun)
}

// withheld reports whether CloudTrail omitted the parameters.
func (r Raw) withheld() bool {
	var q omissible
	return json.Unmarshal(r.Request, &q) == nil && q.isOmitted()
}

// tagKeys returns the tag keys in the parameters. Some services take a list of keys and values, some an
// object.
func (r Raw) tagKeys() []string {
	var object struct {
		Tags map[string]any `json:"tags"`
	}
	if json.Unmarshal(r.Request, &object) == nil && object.Tags != nil {
		return slices.Sorted(maps.Keys(object.Tags))
	}
	keys, _ := r.at("requestParameters.tags.key")
	return keys
}

// at returns the texts at a path of the record, of all elements if an array is on the way, and whether
// anything is there. Field names are matched without regard to case.
func (r Raw) at(path string) (texts []string, found bool) {
	part, rest, _ := strings.Cut(path, ".")
	from := map[string]json.RawMessage{"requestParameters": r.Request, "responseElements": r.Response, "resources": present(r.Event.Resources)}[part]
	var value any
	if from == nil || json.Unmarshal(from, &value) != nil {
		return nil, false
	}
	return dig(value, strings.Split(rest, "."))
}

func dig(value any, path []string) (texts []string, found bool) {
	switch v := value.(type) {
	case []any:
		found = len(path) == 0
		for _, element := range v {
			more, ok := dig(element, path)
			texts, found = append(texts, more...), found || ok
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if len(path) > 0 && strings.EqualFold(name, path[0]) {
				more, ok := dig(v[name], path[1:])
				texts, found = append(texts, more...), found || ok
			}
		}
	case string:
		if len(path) == 0 && v != "" {
			return []string{v}, true
		}
	}
	return texts, found
}

// isInsight reports whether the record is a CloudTrail Insights event, which is about no single call.
func (rec *EventRecord) isInsight() bool { return rec.EventType == insight }

// ofData reports whether the record is a data event: the use of a resource, not a change of it.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
func (rec *EventRecord) ofData() bool {
	category := rec.EventCategory
	return rec.isInsight() || category != "" && category != "Management" || bytes.Equal(rec.ManagementEvent, []byte("false"))
}
