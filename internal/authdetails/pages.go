package authdetails

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// element decodes an element of a list and returns a function that adds it to the result. Several
// elements may be decoded at once; they are added in order. raw is valid until take returns.
type element func(raw json.RawMessage) (take func(), err error)

// atOnce is the number of elements that are decoded at once.
const atOnce = 128

// pages reads a file of pages, one entity at a time.
type pages struct {
	source string
	in     *scanner
	// lists has the function for the elements of each list, by the list's name in lower case.
	lists map[string]element
	// each calls a function with every number below n, concurrently or in sequence.
	each func(n int, do func(i int))
	some [atOnce]json.RawMessage // reused
	// done is called after each page. more is whether the page says that there are more pages, or nil
	// if it does not say.
	done     func(more *bool)
	page     int
	entities int
}

// named returns the name of the file for the beginning of a sentence.
func (f *pages) named() string {
	if f.source == "" {
		return "the input "
	}
	return f.source + " "
}

// read reads single pages and arrays of pages until the end.
func (f *pages) read() error {
	for {
		f.page++
		begin, err := f.in.next()
		switch {
		case errors.Is(err, io.EOF) && f.page > 1:
			return nil
		case err == nil && begin == '[':
			err = f.array()
		case err == nil:
			err = f.object(begin)
		}
		if err != nil {
			return f.failed(err)
		}
	}
}

// array reads an array of pages.
func (f *pages) array() error {
	f.in.skip()
	for first := f.page; ; f.page++ {
		begin, err := f.in.inside()
		switch {
		case err != nil:
			return err
		case begin != ']':
			if err := f.object(begin); err != nil {
				return err
			}
			continue
		case f.page == first && first == 1:
			return errors.New("the array is empty")
		}
		f.in.skip()
		f.page--
		return nil
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

// errOther is the error of a page that is something else.
var errOther = errors.New("has none of UserDetailList, GroupDetailList, RoleDetailList and Policies: " +
	"it is not what aws iam get-account-authorization-details prints")

// object reads a page. begin is its first character.
func (f *pages) object(begin byte) error {
	if begin != '{' {
		text, err := f.in.value()
		if err != nil {
			return err
		}
		return cmp.Or(json.Unmarshal(text, new(any)), errOther)
	}
	f.in.skip()
	known := false
	var truncated *bool
	for {
		c, err := f.in.inside()
		if err != nil {
			return err
		}
		if c == '}' {
			f.in.skip()
			break
		}
		var key string
		if err := f.decode(&key); err != nil {
			return err
		}
		decode, ok := f.lists[strings.ToLower(key)]
		switch {
		case ok:
			known = true
			err = f.list(decode)
		case strings.EqualFold(key, "IsTruncated"):
			err = f.decode(&truncated)
		default:
			err = f.decode(new(any))
		}
		if err != nil {
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

// decode decodes the next value.
func (f *pages) decode(into any) error {
	text, err := f.in.value()
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// list reads an array, some elements at a time. null is an empty array.
func (f *pages) list(decode element) error {
	begin, err := f.in.inside()
	if err != nil {
		return err
	}
	if begin != '[' {
		var other any
		if err := f.decode(&other); err != nil || other == nil {
			return err
		}
		return fmt.Errorf("%v, where a list is expected", other)
	}
	f.in.skip()
	for {
		n := 0
		var err error
		for ; n < atOnce && err == nil; n++ {
			var text []byte
			if begin, err = f.in.inside(); err != nil || begin == ']' {
				break
			}
			if text, err = f.in.value(); err != nil {
				break
			}
			f.some[n] = append(f.some[n][:0], text...)
		}
		if err := cmp.Or(f.take(f.some[:n], decode), err); err != nil {
			return err
		}
		if n < atOnce {
			f.in.skip()
			return nil
		}
	}
}

// take adds elements in order, up to the first with an error.
func (f *pages) take(some []json.RawMessage, decode element) error {
	type decoded struct {
		take func()
		err  error
	}
	all := make([]decoded, len(some))
	f.each(len(some), func(i int) { all[i].take, all[i].err = decode(some[i]) })
	for _, d := range all {
		if d.err != nil {
			return d.err
		}
		d.take()
		f.entities++
	}
	return nil
}

// inTurn calls a function with every number below n, in sequence.
func inTurn(n int, do func(i int)) {
	for i := range n {
		do(i)
	}
}
