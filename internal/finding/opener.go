package finding

// Opener returns the call that opened the finding, and whether it is known. A finding about a call
// was opened by that call, if its record led to the finding.
func (f Finding) Opener() (Call, bool) {
	if f.OpenedBy != nil {
		return *f.OpenedBy, true
	}
	return Call{Actor: f.Actor, Event: f.Event}, f.isCall() && f.recorded()
}

// isCall reports whether the finding is about a call rather than the state of a target.
func (f Finding) isCall() bool {
	switch f.Drift {
	case ControlTampered, Withheld, PolicyChanged, ExemptChanged:
		return true
	case Protected:
		return f.Principal == nil
	}
	return false
}

// recorded reports whether the record of a call led to the finding.
func (f Finding) recorded() bool {
	return f.Cause == "event"
}
