package sqs

import (
	"crypto/md5" //nolint:gosec // SQS's checksums are MD5
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

type message struct {
	id, body      string
	group         string // "" for none
	attributes    map[string]types.MessageAttributeValue
	sent          time.Time
	firstReceived time.Time
	visible       time.Time // when it can next be received
	receives      int
	turn          int // see turns
}

// put appends a message. The mutex must be held.
func (s *Service) put(q *queue, body, group string, attributes map[string]types.MessageAttributeValue, delay time.Duration) *message {
	now := s.now()
	m := &message{id: s.ids.UUID("message"), body: body, group: group, attributes: attributes, sent: now, visible: now.Add(delay)}
	q.messages = append(q.messages, m)
	q.grouped = q.grouped || group != ""
	close(s.arrived)
	s.arrived = make(chan struct{})
	return m
}

// live drops expired messages and returns the others.
func (q *queue) live(now time.Time) []*message {
	oldest := now.Add(-time.Duration(q.number("MessageRetentionPeriod")) * time.Second)
	q.messages = slices.DeleteFunc(q.messages, func(m *message) bool { return m.sent.Before(oldest) })
	return q.messages
}

// handle returns the handle of a receipt of the message.
func (m *message) handle() *string {
	h := base64.StdEncoding.EncodeToString([]byte(m.id + ":" + strconv.Itoa(m.receives)))
	return &h
}

// received returns the message with a handle, from any of its receipts. For a well-formed handle
// of a deleted message it returns nil.
func (q *queue) received(handle *string) (*message, error) {
	b, err := base64.StdEncoding.DecodeString(aws.ToString(handle))
	id, count, found := strings.Cut(string(b), ":")
	if err != nil || !found || atoi(count) < 1 {
		return nil, invalid("ReceiptHandleIsInvalid", "The input receipt handle is invalid.")
	}
	for _, m := range q.messages {
		if m.id == id {
			return m, nil
		}
	}
	return nil, nil
}

func (q *queue) remove(m *message) {
	q.messages = slices.DeleteFunc(q.messages, func(other *message) bool { return other == m })
}

// size returns a message's size in bytes as the limits count it.
func size(body string, attributes map[string]types.MessageAttributeValue) int {
	n := len(body)
	for name, a := range attributes {
		n += len(name) + len(aws.ToString(a.DataType)) + len(aws.ToString(a.StringValue)) + len(a.BinaryValue)
	}
	return n
}

func sum(s string) *string {
	h := md5.Sum([]byte(s)) //nolint:gosec // as above
	return aws.String(hex.EncodeToString(h[:]))
}

// sumAttributes returns SQS's checksum of message attributes, or nil if there are none.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
func sumAttributes(attributes map[string]types.MessageAttributeValue) *string {
	if len(attributes) == 0 {
		return nil
	}
	var b []byte
	add := func(s []byte) {
		b = binary.BigEndian.AppendUint32(b, uint32(len(s))) //nolint:gosec // a request is far smaller
		b = append(b, s...)
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		a := attributes[name]
		add([]byte(name))
		add([]byte(aws.ToString(a.DataType)))
		if strings.HasPrefix(aws.ToString(a.DataType), "Binary") {
			b = append(b, 2)
			add(a.BinaryValue)
		} else {
			b = append(b, 1)
			add([]byte(aws.ToString(a.StringValue)))
		}
	}
	return sum(string(b))
}
