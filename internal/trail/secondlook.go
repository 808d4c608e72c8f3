package trail

import (
	"encoding/json"
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/principal"
)

// reported is what a finding that comes back says of whom to look at again. Nothing else
// of it is read: whoever may put events on the bus can write one, so that a finding is
// no more than a hint. Above all it is not believed who the actor was.
type reported struct {
	ID        string `json:"id"`
	Account   string `json:"account"`
	Principal *struct {
		ARN string `json:"arn"`
	} `json:"principal"`
	Required string          `json:"required"`
	Action   finding.Action  `json:"action"`
	Outcome  finding.Outcome `json:"outcome"`
}

// lookAgain makes a record of one of Ringfence's own findings. Its identity is that of the
// finding, so that what the second look finds has another one than what the first did.
func lookAgain(o other) (Raw, error) {
	r := Raw{in: "detail.", again: &reported{}, Record: Record{
		Source:    string(o.Source),
		Name:      string(o.DetailType),
		Time:      parseTime(string(o.Time)),
		Region:    string(o.Region),
		Account:   string(o.Account),
		Partition: partitionOf(string(o.Region)),
	}}
	if err := json.Unmarshal(o.Detail, r.again); err != nil {
		return Raw{}, Raw{}.unread("detail", err)
	}
	r.EventID = r.again.ID
	r.Account = first(r.again.Account, r.Account)
	return r, nil
}

// repaired is whom a finding was about, if it tells of a repair: only then is there
// anything to look at again.
func (r Raw) repaired() (Subject, error) {
	f := r.again
	switch {
	case !f.Action.Writes() || f.Outcome != finding.Done:
		return Unwatched{}, nil
	case !isFindingID(f.ID):
		return nil, r.bad("id", "%q is not that of a finding", f.ID)
	case !isAccount(r.Account):
		return nil, r.bad("account", "%q is not 12 digits", r.Account)
	case r.Time.IsZero():
		return nil, Raw{}.bad("time", "not a time")
	case f.Principal == nil:
		p, err := r.policy(f.Required, "required")
		return p, err
	}
	ref, err := principal.Parse(f.Principal.ARN)
	if err != nil {
		return nil, r.bad("principal.arn", "%w", err)
	}
	if ref.Account != r.Account || ref.Partition != r.Partition {
		return nil, r.bad("principal.arn", "%s is not in account %s of partition %s", ref, r.Account, r.Partition)
	}
	return Principal{Ref: ref}, nil
}

// isFindingID reports whether s is of the form that [finding.ID] makes.
func isFindingID(s string) bool { return len(s) == 32 && strings.Trim(s, "0123456789abcdef") == "" }
