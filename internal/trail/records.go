package trail

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"github.com/ringfence/ringfence/internal/fault"
)

// Records splits the bytes of one file into single messages for [Read] or [Parse]. A
// file may be an EventBridge event, a CloudTrail record, a CloudTrail file as a trail
// writes it ({"Records": […]}), an array of any of these, or several of any of these
// one after the other, on lines of their own or not.
//
// The digest files that a trail keeps beside its files, to prove them whole, have no
// records.
//
// What is not JSON is an error of class [fault.BadInput] that says where; the records
// before it are returned with it, since a file that was cut short is still worth
// reading.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html
func Records(data []byte) ([]json.RawMessage, error) {
	var list []json.RawMessage
	byteOrderMark := []byte("\ufeff")
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, byteOrderMark)))
	for {
		var value json.RawMessage
		err := d.Decode(&value)
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return list, fault.New(fault.BadInput, "not JSON, after byte %d and %d records: %w", d.InputOffset(), len(list), err)
		}
		if list, err = appendRecords(list, value, 1); err != nil {
			return list, err
		}
	}
}

// nesting is how deep a record can be: in the Records of a file in an array.
const nesting = 3

// appendRecords adds the messages of one JSON value.
func appendRecords(list []json.RawMessage, value json.RawMessage, depth int) ([]json.RawMessage, error) {
	var items []json.RawMessage
	switch {
	case value[0] == '[' && depth < nesting:
		if err := json.Unmarshal(value, &items); err != nil {
			return list, fault.New(fault.BadInput, "reading an array of records: %w", err)
		}
	case value[0] == '{':
		var file struct {
			Records *[]json.RawMessage `json:"Records"`
			// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
			Digest json.RawMessage `json:"digestS3Object"`
		}
		if err := json.Unmarshal(value, &file); err != nil {
			return list, fault.New(fault.BadInput, "Records: not an array: %w", err)
		}
		if file.Digest != nil {
			return list, nil
		}
		if file.Records == nil {
			return append(list, value), nil
		}
		if depth >= nesting {
			return list, fault.New(fault.BadInput, "record %d: Records inside of Records", len(list)+1)
		}
		items = *file.Records
	default:
		return list, fault.New(fault.BadInput, "record %d: %.20q is not a JSON object", len(list)+1, value)
	}
	for _, item := range items {
		var err error
		if list, err = appendRecords(list, item, depth+1); err != nil {
			return list, err
		}
	}
	return list, nil
}
