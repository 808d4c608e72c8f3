package principal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// ParseAccounts reads accounts from JSON, as a list of [Account]. Fields that it does not know are refused, and so is an
// account without a unit: every account of an organization is at least in the root.
func ParseAccounts(text []byte) ([]Account, error) {
	var all []Account
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&all); err != nil {
		return nil, fmt.Errorf("not a list of accounts, as ringfence accounts prints it: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the list of accounts")
	}
	seen := make(map[string]bool, len(all))
	for _, a := range all {
		switch {
		case !IsAccount(a.ID):
			return nil, fmt.Errorf("%q is not the id of an account (12 digits)", a.ID)
		case seen[a.ID]:
			return nil, fmt.Errorf("account %s is given twice", a.ID)
		case len(a.Units) == 0:
			return nil, fmt.Errorf("account %s has no units: an account is at least in the root", a.ID)
		}
		for _, u := range a.Units {
			if u.ID == "" {
				return nil, fmt.Errorf("account %s has a unit without an id", a.ID)
			}
		}
		seen[a.ID] = true
	}
	return all, nil
}
