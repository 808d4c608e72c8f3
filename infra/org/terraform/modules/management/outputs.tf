output "policy_ids" {
  description = "The ids of the policies, by name."
  value       = { for name, policy in aws_organizations_policy.this : name => policy.id }
}
