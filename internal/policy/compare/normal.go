package compare

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
)

// normalAction is the action glob in lower case. The stars of *:* and ** say no more than one.
func normalAction(s string) string {
	s = strings.ToLower(s)
	for strings.Contains(s, "**") {
		s = strings.ReplaceAll(s, "**", "*")
	}
	if s == "*:*" {
		return "*"
	}
	return s
}

// merge makes one statement of those that differ in their actions alone.
func (c *Compiled) merge() {
	kept := c.statements[:0]
next:
	for _, s := range c.statements {
		for i := range kept {
			k := &kept[i]
			if k.deny == s.deny && !k.notAction && !s.notAction && k.body.ID == s.body.ID && k.principals == s.principals {
				k.actions = append(k.actions, s.actions...)
				slices.Sort(k.actions)
				k.actions = slices.Compact(k.actions)
				continue next
			}
		}
		kept = append(kept, s)
	}
	c.statements = kept
}

// identity is the same for documents of which only the spelling differs: the sorted statements, as text.
func (c *Compiled) identity() string {
	ids := make([]string, len(c.statements))
	for i := range c.statements {
		s := &c.statements[i]
		ids[i] = strconv.FormatBool(s.deny) + strconv.FormatBool(s.notAction) + strings.Join(s.actions, "\x00") + "\x00\x00" + s.body.ID
		if s.principals != "" {
			ids[i] = strconv.Itoa(len(s.principals)) + ":" + s.principals + ids[i]
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	var b []byte
	for _, id := range ids {
		b = binary.AppendUvarint(b, uint64(len(id)))
		b = append(b, id...)
	}
	return string(b)
}
