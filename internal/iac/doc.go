// Package iac describes what a plan or a template would do to users, roles and managed policies.
// Its packages read the formats: [terraform] plans, [cloudformation] and SAM templates, and the
// cloud assemblies of the [cdk]. It decides nothing: package check does.
//
// What is not known before the deployment is an unknown [Value] with a reason, never a guess and
// never an absent value.
//
// [terraform]: https://developer.hashicorp.com/terraform/internals/json-format
// [cloudformation]: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
// [cdk]: https://docs.aws.amazon.com/cdk/v2/guide/home.html
package iac
