package ledger

import "fmt"

// Conflict is the error of a write whose item is not the one that was read any more.
type Conflict struct {
	// Current is the stored item.
	Current Item
}

// Error says which item it is.
func (c *Conflict) Error() string {
	return fmt.Sprintf("item %s has version %d by now", c.Current.Key, c.Current.Version)
}
