mock_provider "aws" {}

variables {
  delegated_administrator = "123456789012"
}

run "not_attached" {
  command = plan

  assert {
    condition     = aws_organizations_delegated_administrator.stacksets.service_principal == "member.org.stacksets.cloudformation.amazonaws.com"
    error_message = "It is another service's administrator."
  }

  assert {
    condition     = length(aws_organizations_policy.this) == 3 && length(aws_organizations_policy_attachment.this) == 0
    error_message = "Policies are missing, or attached unasked."
  }

  assert {
    condition     = alltrue([for p in aws_organizations_policy.this : length(p.content) <= (p.type == "SERVICE_CONTROL_POLICY" ? 10240 : 5120)])
    error_message = "A policy exceeds the quota of Organizations."
  }
}

run "attached" {
  command = plan

  variables {
    target_ids = ["ou-a1b2-c3d4e5f6", "210987654321"]
  }

  assert {
    condition     = length(aws_organizations_policy_attachment.this) == 6
    error_message = "Not every policy is attached to every target."
  }
}
