output "stack_set_name" {
  description = "The stack set of the spoke."
  value       = aws_cloudformation_stack_set.spoke.name
}

output "hub_outputs" {
  description = "The outputs of the hub's stack; null if this module does not deploy it."
  value       = one(aws_cloudformation_stack.hub[*].outputs)
}

output "member_enforce_role" {
  description = "The ARN of the role that repairs, in each account; ACCOUNT stands for its id."
  value       = "arn:${local.partition}:iam::ACCOUNT:role${var.role_path}${var.role_name_prefix}${var.hub_stack_name}-member-enforce"
}
