// Package config is the configuration: which principals must carry which permissions
// boundary, who is exempt until when, and what is done about drift.
//
// It answers one question, for a principal as it is now: what is required of it? See
// [Config.Requirement] and [Requirement]. A configuration is made from ringfence.yaml by [Load], or
// from one boundary's ARN by [Single].
//
// # The file
//
//	version: 1
//	mode: enforce                  # observe | alert | enforce; a rule may override
//	boundaries:
//	  team-boundary:
//	    arn: arn:${partition}:iam::${account}:policy/team-boundary
//	    document: boundaries/team-boundary.json
//	rules:                         # the first that matches decides
//	  - {preset: control-tower, owner: platform@example.com}
//	  - name: vendor
//	    match: {names: ["vendor-${account}"]}
//	    boundary: none             # out of scope
//	    owner: platform@example.com
//	    reason: breaks under a boundary
//	  - name: team-roles
//	    match: {kinds: [role], paths: ["/dev/*"], tags: {team: "*"}}
//	    boundary: team-boundary
//	    accept: narrower           # exact | equal | narrower (default)
//	    onDrift: reattach          # reattach (default) | quarantine | alert
//	    onIncomparable: alert      # reattach (default) | alert | quarantine
//	exemptions:
//	  - principal: arn:aws:iam::123456789012:role/break-glass
//	    id: AROA3XFRBF23XEXAMPLE   # without it: whichever principal has the name
//	    owner: security@example.com
//	    reason: incident response
//	    expires: 2027-01-31
//
// A match has at least one of kinds, accounts, paths, names and tags. All that are
// given must match; of the values in a list, one must. Values are globs in which *
// stands for any characters, the slash included, and ? for one (see [Glob] and
// [Match]). Without kinds, users and roles are meant.
//
// A boundary policy lives in the account of each principal, so its ARN is written with
// ${account} and ${partition}; an account that is written out is read as ${account},
// with a warning. AWS managed policies are boundaries too. A boundary that no rule
// requires is a warning, and is not guarded. ${account} and ${partition} in a document are
// those of each principal too; IAM's own policy variables, as ${aws:username}, are IAM's.
//
// An exemption is for one principal, with no wildcard, so that nobody gets into it by
// a choice of name. It holds until the day that it names begins, in UTC; from then on
// the rule applies again, and [Requirement] says that it lapsed.
//
// A rule with boundary: none takes its principals out of scope, with a reason and an owner;
// it has no mode and no reactions. A preset stands for such a rule, with the names of the
// roles that a service or tool of AWS makes: see [Presets]. As anybody may take a name, what
// is done to principals of which nothing is asked is told.
//
// accept: equal and narrower ask for proofs: that the attached boundary allows the same,
// or no more; and, besides, that it denies explicitly all that the required one does, since
// an explicit Deny alone also wins over the policy of a resource.
//
// onIncomparable has a meaning only beside onDrift: reattach. It says what is done
// where the attached boundary allows some things more and others less than the
// required one, or allows less and denies explicitly less, or where that could not be
// decided.
//
// The JSON Schema beside this file, ringfence.schema.json, gives editors all of this
// but the references between names.
package config
