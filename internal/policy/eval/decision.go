package eval

// Layer is one kind of policy that a request passes.
type Layer uint8

// The layers, in the order in which they decide.
const (
	ResourceControlPolicies Layer = iota
	ServiceControlPolicies
	EndpointPolicies
	ResourcePolicy
	IdentityPolicies
	PermissionsBoundaries
	SessionPolicy
	layers
)

var layerNames = [layers]string{
	ResourceControlPolicies: "resourceControlPolicies",
	ServiceControlPolicies:  "serviceControlPolicies",
	EndpointPolicies:        "endpointPolicies",
	ResourcePolicy:          "resourcePolicy",
	IdentityPolicies:        "identityPolicies",
	PermissionsBoundaries:   "permissionsBoundaries",
	SessionPolicy:           "sessionPolicy",
}

// String is the layer's name as in JSON.
func (l Layer) String() string { return layerNames[l] }

// Layers gives all layers in the order in which they decide.
func Layers() []Layer {
	list := make([]Layer, layers)
	for l := range list {
		list[l] = Layer(l)
	}
	return list
}

// Reason says why a layer answered as it did.
type Reason uint8

// The reasons.
const (
	// NotGiven: there is no policy of this kind, so it limits nothing.
	NotGiven Reason = iota
	// NotApplicable: policies of this kind do not apply to this caller.
	NotApplicable
	// Allowed: a statement allows the request.
	Allowed
	// AllowedAll: the caller needs no Allow here (the root user in its own account).
	AllowedAll
	// AlwaysAllowed: the action needs no permission, and no policy can deny it.
	AlwaysAllowed
	// AllowedAccount: a statement allows it to the caller's account, and so leaves it
	// to the identity policies.
	AllowedAccount
	// NoAllow: no statement allows the request, and one had to.
	NoAllow
	// NotNeeded: no statement allows the request, but another layer's Allow suffices.
	NotNeeded
	// Denied: a statement denies the request.
	Denied
)

var reasonTexts = [...]string{
	NotGiven:       "there is none",
	NotApplicable:  "does not apply to this principal",
	Allowed:        "allows it",
	AllowedAll:     "the root user needs no Allow in its own account",
	AlwaysAllowed:  "is not asked: any AWS identity may do it, whatever policies say",
	AllowedAccount: "allows it to the account, which leaves it to the identity policies",
	NoAllow:        "has no statement that allows it",
	NotNeeded:      "has no statement that allows it, and needs none",
	Denied:         "denies it",
}

// String says it in words that follow the layer's name.
func (r Reason) String() string { return reasonTexts[r] }

// Place names one statement: the policy's index in its layer, its level (SCPs and
// RCPs only, the root of the organization being 0), and the statement's index. An
// index is -1 where there is none to name.
type Place struct {
	Level, Policy, Statement int32
}

var nowhere = Place{none, none, none}

// LayerAnswer is what one layer said.
type LayerAnswer struct {
	Reason Reason
	// Uncertain is true for Denied and NoAllow where they hang on a statement that
	// cannot be read: it was read as a Deny that takes effect, or as an Allow that does
	// not.
	Uncertain bool
	// Place is the statement that allows or denies, or that cannot be read. Where a
	// level or a boundary just lacks an Allow, it names that, without a statement.
	Place Place
}

// rank orders answers of which all must be favourable: the highest one counts.
func (a LayerAnswer) rank() int {
	switch {
	case a.Reason == Denied && !a.Uncertain:
		return 4
	case a.Reason == Denied:
		return 3
	case a.Reason == NoAllow && !a.Uncertain:
		return 2
	case a.Reason == NoAllow:
		return 1
	}
	return 0
}

// Decision is the answer to a request. It is a plain value.
type Decision struct {
	Outcome Outcome
	// DecidedBy is the layer that ended it.
	DecidedBy Layer
	// Place is the statement that decided; Place.Statement is -1 for an implicit deny.
	Place Place
	// Layers are the answers of all layers, by [Layer].
	Layers [layers]LayerAnswer
	// Uncertain is true where the outcome hangs on a statement that cannot be read, as
	// one of the Layers says. The outcome is then a denial.
	Uncertain bool
	// CrossAccount is true where caller and resource belong to different accounts.
	CrossAccount bool
}
