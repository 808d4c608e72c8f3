package impact

import (
	"strings"

	"github.com/ringfence/ringfence/internal/apicall"
)

// memo remembers decisions, so that a call which is like an earlier one costs a look-up. It is bounded: a decision
// that is forgotten is made again.
type memo struct {
	kinds    map[string]*callKind
	outcomes map[string]outcome
	key      []byte
}

// The most that is remembered: numbers of decisions, and the length of their keys in bytes.
const mostKinds, mostOutcomes, longest = 1 << 17, 1 << 18, 4 << 10

func newMemo() memo {
	return memo{kinds: map[string]*callKind{}, outcomes: map[string]outcome{}}
}

// callKind is what all calls of one name by one caller have in common.
type callKind struct {
	apart  Apart
	caller *caller
	use    *use
	needs  apicall.Mapping
	// any is the outcome if it is the same for all of these calls.
	any *outcome
	// parts are the parts of the record that the outcome depends on.
	parts parts
	id    string
}

// kind returns what is known of all calls like this one.
func (m *memo) kind(v *apicall.View) (*callKind, bool) {
	who := v.CallerARN
	if len(v.Issuer) > 0 {
		who = v.Issuer // the sessions of a role have the same policies
	}
	via := byte('-')
	if len(v.InvokedBy) > 0 {
		via = '+'
	}
	m.key = append(m.key[:0], via)
	m.add(v.CallerType, who, v.CallerAccount, v.Recipient, v.Type, v.Source, v.Name)
	k, ok := m.kinds[string(m.key)] // makes no string
	return k, ok
}

// addKind remembers a kind under the key that was looked up last.
func (m *memo) addKind(k *callKind) {
	k.id = string(m.key)
	if len(m.kinds) == mostKinds {
		clear(m.kinds)
	}
	m.kinds[k.id] = k
}

// outcome returns the outcome of calls that have the same parts that matter.
func (m *memo) outcome(k *callKind, v *apicall.View) (outcome, bool) {
	m.key = append(m.key[:0], k.id...)
	k.parts.add(m, v)
	o, ok := m.outcomes[string(m.key)]
	return o, ok
}

// taken returns the key that was looked up last, or "" if it is too long to be kept.
func (m *memo) taken() string {
	if len(m.key) > longest {
		return ""
	}
	return string(m.key)
}

// addOutcome remembers an outcome.
func (m *memo) addOutcome(key string, o outcome) {
	if key == "" {
		return
	}
	if len(m.outcomes) == mostOutcomes {
		clear(m.outcomes)
	}
	m.outcomes[key] = o
}

// add adds texts to the key. No quotation mark is within one, since they are JSON without its own.
func (m *memo) add(texts ...[]byte) {
	for _, text := range texts {
		m.key = append(append(m.key, text...), '"')
	}
}

// parts are parts of a record.
type parts struct {
	parameters, network, agent, region, time, session, id bool
}

// partsOf returns the parts that the condition keys and the resources of a call depend on.
func partsOf(k *callKind) (p parts) {
	p.parameters = k.needs.Varies
	for _, need := range k.needs.Needs {
		p.parameters = p.parameters || need.TakesResource()
	}
	for _, key := range k.caller.keys {
		switch {
		case key == "aws:useragent":
			p.agent, p.network = true, true
		case key == "aws:requestedregion":
			p.region = true
		case key == "aws:currenttime":
			p.time = true
		case key == "aws:userid":
			p.id = true
		case key == "aws:multifactorauthpresent", key == "aws:multifactorauthage", key == "aws:tokenissuetime", key == "aws:sourceidentity":
			p.session, p.parameters = true, true
		case strings.HasPrefix(key, "aws:principal"):
		case strings.HasPrefix(key, "aws:"):
			p.network, p.parameters = true, true
		default:
			p.parameters = true
		}
	}
	return p
}

// add adds the parts to a key. The Region and the owner are part of ARNs.
func (p parts) add(m *memo, v *apicall.View) {
	if p.parameters {
		m.add(v.Parameters, v.Resources, v.Region)
	}
	if p.network {
		m.add(v.SourceIP, v.Endpoint, v.InvokedBy)
		m.key = append(m.key, map[bool]byte{true: 'T', false: 'F'}[v.TLS])
	}
	if p.agent {
		m.add(v.UserAgent)
	}
	if p.region {
		m.add(v.Region)
	}
	if p.time {
		m.add(v.Time)
	}
	if p.session {
		m.add(v.MFA, v.Created, v.SourceIdentity, v.Key[:min(4, len(v.Key))])
	}
	if p.id {
		m.add(v.CallerID)
	}
}
