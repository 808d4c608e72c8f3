package target

// From is the walk from a marker on; one that looks for a principal has found it, or goes on.
func (o Over) From(marker string, found bool) Over {
	if o.Marker = marker; found {
		o.ID = ""
	}
	return o
}
