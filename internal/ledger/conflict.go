package ledger

import "fmt"

// Conflict is the error of a write if the stored item is no longer the one that was read.
type Conflict struct {
	// Current is the stored item.
	Current Item
}

// Error names the item.
func (c *Conflict) Error() string {
	return fmt.Sprintf("item %s was changed meanwhile: it is now at version %d", c.Current.Key, c.Current.Version)
}
