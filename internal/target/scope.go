package target

// Next returns the scope of the next page, from a marker on. If the principal was found, the
// search for it ends.
func (o Scope) Next(marker string, found bool) Scope {
	if o.Marker = marker; found {
		o.ID = ""
	}
	return o
}
