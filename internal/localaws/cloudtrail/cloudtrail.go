// Package cloudtrail answers LookupEvents from the records added to it.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
package cloudtrail

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

const (
	// kept is the maximum number of records over all accounts; the oldest are dropped first.
	kept = 20_000
	// history is how far back LookupEvents goes.
	history = 90 * 24 * time.Hour
	maxPage = 50
)

// Service stores records.
type Service struct {
	mu      sync.Mutex
	records []Record
}

// New returns the service.
func New() *Service { return &Service{} }

// Call is one request to the service.
type Call struct {
	*Service
	*wire.Call
}

// Operations are the operations served.
var Operations = wire.Table(wire.Read(Call.lookupEvents))

// Add stores a record.
func (s *Service) Add(r Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.records = append(s.records, r)
	if len(s.records) > kept+kept/10 {
		s.records = slices.Clone(s.records[len(s.records)-kept:])
	}
}

// AddJSON stores a record that is known to be valid. It is parsed when it is first needed.
func (s *Service) AddJSON(record []byte) { s.Add(Record{JSON: string(record)}) }

// read parses the records of AddJSON. The mutex must be held.
func (s *Service) read() {
	for i := range s.records {
		if s.records[i].EventID == "" {
			if r, err := Parse([]byte(s.records[i].JSON)); err == nil {
				s.records[i] = r
			}
		}
	}
}

// lookupEvents returns the newest first, by the times in the records.
func (c Call) lookupEvents(in *cloudtrail.LookupEventsInput) (*cloudtrail.LookupEventsOutput, error) {
	if len(in.LookupAttributes) > 1 {
		return nil, wire.Errorf(http.StatusBadRequest, "InvalidLookupAttributesException", "You can only specify one lookup attribute.")
	}
	for _, a := range in.LookupAttributes {
		if !slices.Contains(a.AttributeKey.Values(), a.AttributeKey) {
			return nil, wire.Errorf(http.StatusBadRequest, "InvalidLookupAttributesException", "The lookup attribute %s is not valid.", a.AttributeKey)
		}
	}
	most := maxPage
	if in.MaxResults != nil {
		if most = int(*in.MaxResults); most < 1 || most > maxPage {
			return nil, wire.Errorf(http.StatusBadRequest, "InvalidMaxResultsException", "MaxResults must be between 1 and %d.", maxPage)
		}
	}
	if in.StartTime != nil && in.EndTime != nil && in.StartTime.After(*in.EndTime) {
		return nil, wire.Errorf(http.StatusBadRequest, "InvalidTimeRangeException", "The start time is after the end time.")
	}
	skip, err := readToken(in.NextToken)
	if err != nil {
		return nil, err
	}
	found := c.find(in)
	out := &cloudtrail.LookupEventsOutput{Events: []types.Event{}}
	for i := skip; i < len(found); i++ {
		if len(out.Events) == most {
			out.NextToken = aws.String(base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(i))))
			break
		}
		out.Events = append(out.Events, found[i].output())
	}
	return out, nil
}

// readToken reads the number of events on the previous pages.
func readToken(token *string) (int, error) {
	if token == nil {
		return 0, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(*token)
	n, notNumber := strconv.Atoi(string(b))
	if err != nil || notNumber != nil || n < 0 {
		return 0, wire.Errorf(http.StatusBadRequest, "InvalidNextTokenException", "The token is not valid.")
	}
	return n, nil
}

// find returns the requested records of the caller's account and region.
func (c Call) find(in *cloudtrail.LookupEventsInput) []Record {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read()
	oldest := c.Time.Add(-history)
	var found []Record
	for i := len(c.records) - 1; i >= 0; i-- {
		r := c.records[i]
		switch {
		case r.Account != c.Account, r.Region != c.Region, r.Time.Before(oldest):
		case in.StartTime != nil && r.Time.Before(in.StartTime.Truncate(time.Second)):
		case in.EndTime != nil && r.Time.After(*in.EndTime):
		case len(in.LookupAttributes) == 1 && !r.has(in.LookupAttributes[0]):
		default:
			found = append(found, r)
		}
	}
	slices.SortStableFunc(found, func(a, b Record) int { return b.Time.Compare(a.Time) })
	return found
}

// has reports whether the record matches a lookup attribute.
func (r Record) has(a types.LookupAttribute) bool {
	want := aws.ToString(a.AttributeValue)
	switch a.AttributeKey {
	case types.LookupAttributeKeyEventId:
		return r.EventID == want
	case types.LookupAttributeKeyEventName:
		return r.EventName == want
	case types.LookupAttributeKeyReadOnly:
		return strconv.FormatBool(r.ReadOnly) == want
	case types.LookupAttributeKeyUsername:
		return r.Username == want
	case types.LookupAttributeKeyEventSource:
		return r.EventSource == want
	case types.LookupAttributeKeyAccessKeyId:
		return r.AccessKeyID == want
	case types.LookupAttributeKeyResourceName:
		return slices.ContainsFunc(r.Resources, func(x Resource) bool { return x.Name == want })
	case types.LookupAttributeKeyResourceType:
		return slices.ContainsFunc(r.Resources, func(x Resource) bool { return strings.EqualFold(x.Type, want) })
	}
	return false
}
