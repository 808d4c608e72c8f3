package account

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// pages walks over a file of pages, an entity at a time.
type pages struct {
	source string
	in     *json.Decoder
	// lists reads an element of each list, by the list's name in lower case.
	lists map[string]func() error
	// done is called after each page, with whether it says that there are more; nil where it does not say.
	done     func(more *bool)
	page     int
	entities int
}

// named is the file's name for a sentence that goes on.
func (f *pages) named() string {
	if f.source == "" {
		return "the input "
	}
	return f.source + " "
}

// read reads pages until the end, alone or in arrays.
func (f *pages) read() error {
	for {
		f.page++
		token, err := f.in.Token()
		switch {
		case errors.Is(err, io.EOF) && f.page > 1:
			return nil
		case err != nil:
			return f.failed(err)
		case token == json.Delim('['):
			for ; f.in.More(); f.page++ {
				if token, err = f.in.Token(); err == nil {
					err = f.object(token)
				}
				if err != nil {
					return f.failed(err)
				}
			}
			if _, err := f.in.Token(); err != nil {
				return f.failed(err)
			}
			if f.page == 1 {
				return f.failed(errors.New("the array is empty"))
			}
			f.page--
		default:
			if err := f.object(token); err != nil {
				return f.failed(err)
			}
		}
	}
}

func (f *pages) failed(err error) error {
	if errors.Is(err, io.EOF) && f.entities == 0 && f.page == 1 {
		err = errors.New("it is empty")
	}
	if errors.Is(err, io.EOF) && f.entities > 0 {
		err = io.ErrUnexpectedEOF
	}
	if errors.Is(err, errOther) {
		return fmt.Errorf("page %d of the account's details %w", f.page, err)
	}
	return fmt.Errorf("reading page %d of the account's details: %w", f.page, err)
}

// errOther is a page that is something else.
var errOther = errors.New("has none of UserDetailList, GroupDetailList, RoleDetailList and Policies: " +
	"it is not what aws iam get-account-authorization-details prints")

// object reads a page whose first token was read.
func (f *pages) object(begin json.Token) error {
	known := false
	var truncated *bool
	for begin == json.Delim('{') && f.in.More() {
		token, err := f.in.Token()
		if err != nil {
			return err
		}
		key, _ := token.(string)
		element, ok := f.lists[strings.ToLower(key)]
		switch {
		case ok:
			known = true
			err = f.list(element)
		case strings.EqualFold(key, "IsTruncated"):
			err = f.in.Decode(&truncated)
		default:
			var passed json.RawMessage
			err = f.in.Decode(&passed)
		}
		if err != nil {
			return err
		}
	}
	if begin == json.Delim('{') {
		if _, err := f.in.Token(); err != nil {
			return err
		}
	}
	if !known {
		return errOther
	}
	if f.done != nil {
		f.done(truncated)
	}
	return nil
}

// list reads an array, an element at a time. Null is an empty one.
func (f *pages) list(element func() error) error {
	token, err := f.in.Token()
	if err != nil || token == nil {
		return err
	}
	if token != json.Delim('[') {
		return fmt.Errorf("%v, where a list is expected", token)
	}
	for f.in.More() {
		if err := element(); err != nil {
			return err
		}
		f.entities++
	}
	_, err = f.in.Token()
	return err
}
