package explain

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/ringfence/ringfence/internal/forms"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// Denied is a denial by AWS, read from its message or record.
type Denied struct {
	// Question has the principal, the action, the resource and the condition keys, as far as the denial has
	// them.
	Question Question
	// Layer is the layer that AWS names, or nil. Explicit is true if AWS names a Deny, and Policy is its
	// policy.
	Layer    *eval.Layer
	Explicit bool
	Policy   string
	// Others is the number of further denials in the input.
	Others int
}

// ReadDenied reads the message of an AccessDenied error, in the old form and in the new one; a
// CloudTrail record in any wrapper; or what aws sts decode-authorization-message prints.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
func ReadDenied(text string) (Denied, error) {
	if text = strings.TrimSpace(text); text == "" {
		return Denied{}, errors.New("there is no message: it is empty")
	}
	if text[0] != '{' && text[0] != '[' {
		return readMessage(text)
	}
	if d, ok := readDecoded(text); ok {
		return d, nil
	}
	return readRecords(text)
}

var (
	// sentence is what nearly all services say. A name of IAM's own may have a space in it,
	// as in "role app", and a resource may be quoted.
	sentence = regexp.MustCompile(`(?is)user:\s*(\S+)\s+is not authorized to perform:\s*([a-z0-9-]+:[a-z0-9]+)(?:\s+on (?:the )?resource:?\s*"?((?:arn:[^\s"]+|\*|(?:role|user|group|policy|instance profile)\s+(?:path\s+)?[^\s"]+)))?"?`)
	// silent and explicit are the ends that newer messages have.
	silent   = regexp.MustCompile(`(?is)because no ([a-z -]+?) allows the`)
	explicit = regexp.MustCompile(`(?is)with an explicit deny(?: in (?:an? |the )?(identity-based|resource-based|service control|resource control|session|vpc endpoint|role trust)? ?(policy|permissions boundary)?(?:: (arn:\S+))?)?`)
	encoded  = regexp.MustCompile(`(?i)encoded authorization failure message:\s*(\S+)`)
)

// layerNamed are the layers as messages call them.
var layerNamed = map[string]eval.Layer{
	"identity-based policy": eval.IdentityPolicies, "resource-based policy": eval.ResourcePolicy, "role trust policy": eval.ResourcePolicy,
	"permissions boundary": eval.PermissionsBoundaries, "service control policy": eval.ServiceControlPolicies,
	"resource control policy": eval.ResourceControlPolicies, "session policy": eval.SessionPolicy,
	"vpc endpoint policy": eval.EndpointPolicies,
}

func readMessage(text string) (Denied, error) {
	m := sentence.FindStringSubmatch(text)
	if m == nil {
		if encoded.MatchString(text) {
			return Denied{}, errors.New("the message is encoded: who asked for what is inside. Decode it with\n" +
				"  aws sts decode-authorization-message --encoded-message MESSAGE\nand give what that prints to --error")
		}
		return Denied{}, errors.New("the message does not say who asked for what (as in: User: ARN is not authorized to perform: ACTION on resource: ARN); " +
			"give --principal, --action and --resource, or the CloudTrail record of the call")
	}
	d := Denied{Question: Question{Principal: m[1], Action: m[2], Resource: named(m[1], strings.TrimRight(m[3], ".,;"))}}
	end := strings.Join(strings.Fields(text), " ")
	if w := silent.FindStringSubmatch(end); w != nil {
		d.layer(w[1])
	} else if w := explicit.FindStringSubmatch(end); w != nil {
		d.Explicit, d.Policy = true, strings.TrimRight(w[3], ".,;")
		d.layer(strings.TrimSpace(w[1] + " " + w[2]))
	}
	return d, nil
}

func (d *Denied) layer(name string) {
	if l, ok := layerNamed[strings.ToLower(name)]; ok {
		d.Layer = &l
	}
}

// named returns a resource as an ARN, even if IAM only says "role app".
func named(principal, resource string) string {
	words := strings.Fields(strings.TrimSuffix(resource, " path"))
	who := strings.SplitN(principal, ":", 6)
	if len(words) < 2 || len(who) != 6 {
		return resource
	}
	kind := strings.ToLower(words[0])
	if kind == "instance" {
		kind = "instance-profile"
	}
	return "arn:" + who[1] + ":iam::" + who[4] + ":" + kind + "/" + strings.TrimPrefix(words[len(words)-1], "/")
}

// readDecoded reads what STS decodes. It returns false if the text is something else.
//
// https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
func readDecoded(text string) (d Denied, ok bool) {
	var wrapped struct{ DecodedMessage string }
	if json.Unmarshal([]byte(text), &wrapped) == nil && wrapped.DecodedMessage != "" {
		text = wrapped.DecodedMessage
	}
	var m struct {
		Allowed      *bool
		ExplicitDeny bool
		Context      struct {
			Principal        struct{ ARN string }
			Action, Resource string
			Conditions       struct {
				Items []struct {
					Key    string
					Values struct{ Items []struct{ Value string } }
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(text), &m); err != nil || m.Allowed == nil || m.Context.Action == "" {
		return d, false
	}
	c := m.Context
	d = Denied{Explicit: m.ExplicitDeny, Question: Question{
		Principal: c.Principal.ARN, Action: c.Action, Resource: c.Resource, Context: map[string][]string{},
	}}
	for _, k := range c.Conditions.Items {
		for _, v := range k.Values.Items {
			d.Question.Context[k.Key] = append(d.Question.Context[k.Key], v.Value)
		}
	}
	return d, true
}

// readRecords returns the first denial of the CloudTrail records in a text.
func readRecords(text string) (d Denied, err error) {
	records, denials, cut := 0, 0, false
	var first error
	err = forms.Value(json.RawMessage(text), func(raw json.RawMessage) error {
		r, err := readRecord(raw)
		if err != nil {
			return err
		}
		if records++; !r.denied() {
			return nil
		}
		if denials++; denials == 1 {
			d, first = r.denial()
		}
		return nil
	}, func(why forms.Reason, _ int) { cut = cut || why == forms.Cut })
	switch {
	case err != nil:
		return d, err
	case denials == 0 && cut:
		return d, errors.New("it ends in the middle")
	case records == 0:
		return d, errors.New("neither an error message nor a CloudTrail record is in it")
	case denials == 0:
		return d, fmt.Errorf("no call was denied: of %d CloudTrail record(s), none has the errorCode AccessDenied", records)
	}
	d.Others = denials - 1
	return d, first
}
