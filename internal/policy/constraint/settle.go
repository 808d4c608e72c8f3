package constraint

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/lang"
)

// Settle makes a request of a candidate one that can be made: keys that say the same agree with one
// another and with the resource. What the candidate leaves open is chosen so. It reports false if it cannot
// be done: then the request is none.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func (c *Candidate) Settle(context map[string][]string, resource string, b *lang.Bindings) (map[string][]string, string, bool) {
	s := settling{c, b, context, resource}
	ok := s.principal() && s.tags() && s.time() && s.account() && s.region()
	return s.context, s.resource, ok
}

// settling is a request that is being settled.
type settling struct {
	*Candidate
	bindings *lang.Bindings
	context  map[string][]string
	resource string
}

// The keys that are settled.
const (
	principalARN     = "aws:principalarn"
	principalAccount = "aws:principalaccount"
	principalType    = "aws:principaltype"
	username         = "aws:username"
	tagKeys          = "aws:tagkeys"
	requestTag       = "aws:requesttag/"
	currentTime      = "aws:currenttime"
	epochTime        = "aws:epochtime"
	resourceAccount  = "aws:resourceaccount"
	requestedRegion  = "aws:requestedregion"
)

// names reports whether the cell asks about a key, or a variable refers to it.
func (c *Candidate) names(key string) bool {
	f, ok := c.space.byKey[key]
	return ok && (c.named[f] || len(c.assumed[f]) > 0) || slices.Contains(c.referred(), key)
}

// value is the first value of a key, "" if it has none.
func (s *settling) value(key string) string {
	if v := s.context[s.keyName(key)]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// allows reports whether a key may have these values.
func (s *settling) allows(key string, v ...string) bool {
	if !s.names(key) {
		return true
	}
	if bound, ok := s.bindings.Values[key]; slices.Contains(s.referred(), key) && (ok != (len(v) > 0) || ok && bound != v[0]) {
		return false
	}
	f, ok := s.space.byKey[key]
	return !ok || s.satisfies(s.assumed[f], v, s.bindings)
}

// set gives a key its values, if anything asks about it.
func (s *settling) set(key string, v ...string) {
	if !s.names(key) {
		return
	}
	if name := s.keyName(key); len(v) == 0 {
		delete(s.context, name)
	} else {
		s.context[name] = v
	}
}

// principal finds a principal that is like all that is asked of it.
func (s *settling) principal() bool {
	asked := 0
	for _, key := range []string{principalARN, principalAccount, principalType, username} {
		if s.names(key) {
			asked++
		}
	}
	if asked < 2 || s.space.unsigned {
		return true
	}
	for _, kind := range kinds {
		for _, arn := range s.principals(kind) {
			account, name := strings.Split(arn, ":")[4], ""
			if kind.named {
				name = arn[strings.LastIndexByte(arn, '/')+1:]
			}
			var names []string
			if name != "" {
				names = []string{name}
			}
			if s.allows(principalARN, arn) && s.allows(principalAccount, account) && s.allows(principalType, kind.is) && s.allows(username, names...) {
				s.set(principalARN, arn)
				s.set(principalAccount, account)
				s.set(principalType, kind.is)
				s.set(username, names...)
				return true
			}
		}
	}
	return false
}

// principals are ARNs to try for a kind of principal: the one that was found, and such with the account and
// the name that were.
func (s *settling) principals(k principalKind) []string {
	var out []string
	found := s.value(principalARN)
	part := strings.SplitN(found, ":", 6)
	if len(part) == 6 && part[2] == k.service && strings.HasPrefix(part[5], k.prefix) {
		out = append(out, found)
	}
	accounts := []string{s.value(principalAccount), sampleAccount, otherAccount}
	if len(part) == 6 {
		accounts = append(accounts, part[4])
	}
	for _, account := range accounts {
		for _, name := range append([]string{s.value(username)}, samples(username)...) {
			if name == "" {
				continue
			}
			if !strings.HasSuffix(k.prefix, "/") {
				name = ""
			}
			if account != "" {
				out = append(out, "arn:aws:"+k.service+"::"+account+":"+k.prefix+name)
			}
		}
	}
	return out
}

// tags has the keys of the tags of a request among its tag keys. The keys of conditions are not
// case-sensitive, tag keys are.
func (s *settling) tags() bool {
	for _, name := range slices.Sorted(maps.Keys(s.context)) {
		if len(name) <= len(requestTag) || !strings.EqualFold(name[:len(requestTag)], requestTag) {
			continue
		}
		tag, now := name[len(requestTag):], s.context[s.tagKeysName()]
		if slices.ContainsFunc(now, func(v string) bool { return strings.EqualFold(v, tag) }) {
			continue
		}
		settled := false
		for _, spelt := range []string{tag, strings.ToUpper(tag), strings.ToLower(tag)} {
			if with := append(slices.Clip(now), spelt); s.allows(tagKeys, with...) {
				v := s.context[name]
				delete(s.context, name)
				s.context[name[:len(requestTag)]+spelt] = v
				s.context[s.tagKeysName()] = with
				settled = true
				break
			}
		}
		if !settled {
			return false
		}
	}
	return true
}

func (s *settling) tagKeysName() string {
	if name := s.keyName(tagKeys); name != tagKeys {
		return name
	}
	return "aws:TagKeys"
}

// time has both keys of the time say the same.
func (s *settling) time() bool {
	if !s.names(currentTime) || !s.names(epochTime) {
		return true
	}
	for _, key := range []string{currentTime, epochTime} {
		t, ok := policy.ParseDate(s.value(key))
		if !ok || t.Nanosecond() != 0 {
			continue
		}
		current, epoch := t.UTC().Format(time.RFC3339), strconv.FormatInt(t.Unix(), 10)
		if s.allows(currentTime, current) && s.allows(epochTime, epoch) {
			s.set(currentTime, current)
			s.set(epochTime, epoch)
			return true
		}
	}
	return false
}

// account has the account of the resource agree with its ARN. Where the ARN has none it is the principal's,
// if it can be.
func (s *settling) account() bool {
	if !s.names(resourceAccount) {
		return true
	}
	return s.agree(resourceAccount, 4, []string{s.value(resourceAccount), s.value(principalAccount), sampleAccount, otherAccount})
}

// region has the region of the request agree with the ARN of its resource.
func (s *settling) region() bool {
	if !s.names(requestedRegion) {
		return true
	}
	return s.agree(requestedRegion, 3, append([]string{s.value(requestedRegion)}, samples(requestedRegion)...))
}

// agree has a key agree with a field of the ARN: by the value of the key, or else by another ARN. Without
// such a field it has one of the values.
func (s *settling) agree(key string, field int, values []string) bool {
	part := strings.SplitN(s.resource, ":", 6)
	if len(part) == 6 && part[field] != "" {
		if s.allows(key, part[field]) {
			s.set(key, part[field])
			return true
		}
		now := s.value(key)
		part[field] = now
		arn := strings.Join(part, ":")
		if now == "" || !s.satisfiesResource(arn, s.bindings) {
			return false
		}
		s.resource = arn
		return true
	}
	for _, v := range values {
		if v != "" && s.allows(key, v) {
			s.set(key, v)
			return true
		}
	}
	return false
}

// satisfiesResource reports whether a resource is as the candidate asks.
func (c *Candidate) satisfiesResource(resource string, b *lang.Bindings) bool {
	for _, t := range c.assumed[onResource] {
		if lang.Any(c.space.atoms[t.atom()].globs, resource, *b) == t.not() {
			return false
		}
	}
	return true
}
