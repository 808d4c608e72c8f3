// Package config is the configuration: which principals must carry which permissions boundary, which are
// exempt until when, and how Ringfence reacts to drift.
//
// It answers one question about a principal in its current state: what does the configuration require?
// See [Config.Requirement] and [Requirement]. [Load] reads ringfence.yaml. [Single] makes a configuration
// from the ARN of one boundary.
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
// A match has at least one of kinds, accounts, organizationalUnits, accountTags, paths, names and tags. All
// given fields must match, and one value of each list must match. Values are globs in which * matches any
// characters, including the slash, and ? matches one (see [Glob] and [Match]). Without kinds, a match covers
// users and roles.
//
// organizationalUnits are ids of units or of the root, and accountTags the tags of an account in AWS
// Organizations. A configuration with them must be given what Organizations says of an account before it is
// asked what it requires there: see [Config.Known] and [Config.Knowing]. The names of accounts and of units are
// no part of a match: an administrator of an account can change its name.
//
// A boundary policy is in the account of each principal, so its ARN has ${account} and ${partition}. A
// literal account is read as ${account}, with a warning. AWS managed policies can be boundaries too. A
// boundary that no rule requires causes a warning and is not guarded. ${account} and ${partition} in a
// document are expanded for each principal too. IAM's own policy variables, such as ${aws:username}, stay.
//
// An exemption is for one principal, without wildcards, so no principal becomes exempt by the choice of
// a name. It ends when its expiry day begins, in UTC. The rule then applies again, and [Requirement] says
// that the exemption has lapsed.
//
// A rule with boundary: none puts its principals out of scope. It has a reason and an owner, and no mode
// or reactions. A preset is such a rule for the roles that an AWS service or tool creates: see
// [PlatformOf]. Because any principal can be created with such a name, changes to principals that need no
// boundary are reported.
//
// accept: equal and narrower require proofs: the attached boundary allows the same or less, and explicitly
// denies everything that the required one explicitly denies. Only an explicit Deny also overrides a
// resource policy.
//
// onIncomparable applies only with onDrift: reattach. It is the reaction if the attached boundary allows
// some things more and others less than the required one, or allows less and explicitly denies less, or
// if the comparison is undecided.
//
// The JSON Schema in ringfence.schema.json gives editors all of this except the references between names.
package config
