package finding

// Opener is the call that opened the finding, and whether it is known. A finding that is about
// a call was opened by that one, where Ringfence looked because of its record.
func (f Finding) Opener() (Call, bool) {
	if f.OpenedBy != nil {
		return *f.OpenedBy, true
	}
	return Call{Actor: f.Actor, Event: f.Event}, f.isCall() && f.recorded()
}

// isCall reports whether the finding is about a call, and not about what a target is.
func (f Finding) isCall() bool {
	switch f.Drift {
	case ControlTampered, Withheld, PolicyChanged, ExemptChanged:
		return true
	case Protected:
		return f.Principal == nil
	}
	return false
}

// recorded reports whether the record of a call brought the finding to light.
func (f Finding) recorded() bool {
	return f.Cause == "event"
}
