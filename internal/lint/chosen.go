package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
)

// setters are the condition keys, in lower case, whose value the caller can choose, and how. A key of tags ends in a slash.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
var setters = []struct{ key, how string }{
	{"aws:useragent", "the caller writes it into the request"},
	{"aws:referer", "the caller writes it into the request"},
	{"aws:requesttag/", "the caller writes it into the request"},
	{"aws:principaltag/", "it comes from those who may tag the principal, and with the tags of a session"},
	{"aws:sourceidentity", "who takes the role sets it"},
	{"sts:sourceidentity", "who takes the role sets it"},
	{"sts:rolesessionname", "who takes the role sets it"},
	{"aws:userid", "who takes the role sets its end, the name of the session"},
}

// tagging are the actions by which a principal tags itself.
var tagging = []string{"iam:TagRole", "iam:TagUser", "iam:UntagRole", "iam:UntagUser", "sts:TagSession"}

// chosen returns the conditions of a document that its holder can make true.
func chosen(d *policy.Document) (all []string) {
	var seen []string
	say := func(key string) {
		low := strings.ToLower(key)
		if slices.Contains(seen, low) {
			return
		}
		seen = append(seen, low)
		for _, s := range setters {
			if low != s.key && (!strings.HasSuffix(s.key, "/") || !strings.HasPrefix(low, s.key)) {
				continue
			}
			text := fmt.Sprintf("depends on %s, which the principals that it limits may be able to choose: %s", key, s.how)
			if s.key == "aws:principaltag/" {
				text += tags(d)
			}
			all = append(all, text)
		}
	}
	for _, s := range d.Statements {
		for _, c := range s.Conditions {
			say(c.Key)
		}
		for _, v := range s.Resource.Values {
			for _, part := range strings.Split(v, "${")[1:] {
				name, _, _ := strings.Cut(part, "}")
				name, _, _ = strings.Cut(name, ",")
				say(strings.TrimSpace(name))
			}
		}
	}
	return all
}

// tags says where the document itself lets its holder tag.
func tags(d *policy.Document) string {
	found, _ := Boundary{Document: d}.lets(way{actions: tagging})
	if found == nil {
		return ""
	}
	return fmt.Sprintf("; the boundary itself allows %s on %s", found.Action, found.Resource)
}
