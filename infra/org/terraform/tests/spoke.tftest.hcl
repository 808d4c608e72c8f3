mock_provider "aws" {}

variables {
  organization_id         = "o-a1b2c3d4e5"
  external_id             = "0123456789abcdef"
  hub_account_id          = "123456789012"
  organizational_unit_ids = ["ou-a1b2-c3d4e5f6"]
}

run "only_the_spoke" {
  command = plan

  assert {
    condition     = aws_cloudformation_stack_set.spoke.permission_model == "SERVICE_MANAGED" && aws_cloudformation_stack_set.spoke.call_as == "DELEGATED_ADMIN"
    error_message = "The delegated administrator does not deploy a service-managed stack set."
  }

  assert {
    condition     = aws_cloudformation_stack_set.spoke.auto_deployment[0].enabled && !aws_cloudformation_stack_set.spoke.auto_deployment[0].retain_stacks_on_account_removal
    error_message = "New accounts do not get the spoke, or accounts that leave keep it."
  }

  # Each parameter of the template, and no other.
  assert {
    condition     = toset(keys(nonsensitive(aws_cloudformation_stack_set.spoke.parameters))) == toset(keys(yamldecode(replace(split("\nMappings:", split("\nParameters:\n", file("../spoke.yaml"))[1])[0], "/(?m)^#.*$/", ""))))
    error_message = "The parameters are not those of spoke.yaml."
  }

  assert {
    condition     = nonsensitive(aws_cloudformation_stack_set.spoke.parameters)["ExternalId"] == "0123456789abcdef" && nonsensitive(aws_cloudformation_stack_set.spoke.parameters)["RolePath"] == "/ringfence/"
    error_message = "The spoke does not get the external id, or the default path."
  }

  assert {
    condition     = length(aws_cloudformation_stack.hub) == 0 && length(aws_cloudformation_stack_set_instance.other) == 0
    error_message = "A hub or another region is deployed unasked."
  }

  assert {
    condition     = aws_cloudformation_stack_set_instance.home.region == "us-east-1" && aws_cloudformation_stack_set_instance.home.deployment_targets[0].account_filter_type == "DIFFERENCE" && contains(aws_cloudformation_stack_set_instance.home.deployment_targets[0].accounts, "123456789012")
    error_message = "The spoke is not deployed to IAM's region, or it is deployed to the hub too."
  }

  assert {
    condition     = length(aws_cloudformation_stack_set.spoke.template_body) <= 51200
    error_message = "The template is too large for a call."
  }
}

run "restricted_environment" {
  command = plan

  variables {
    role_boundary_name = "company/limit"
    role_path          = "/platform/"
    role_name_prefix   = "acme-"
    other_regions      = ["eu-west-1", "us-east-1"]
    tags               = { team = "security" }
    hub = {
      template_url             = "https://releases.s3.us-east-1.amazonaws.com/ringfence.yaml"
      release_bucket           = "releases"
      configured_boundary_arns = ["arn:aws:iam::123456789012:policy/team-boundary", "arn:aws:iam::123456789012:policy/ci-boundary"]
      parameters               = { Mode = "observe" }
    }
  }

  assert {
    condition     = aws_cloudformation_stack.hub[0].tags["team"] == "security" && aws_cloudformation_stack_set.spoke.tags["team"] == "security"
    error_message = "The tags are missing."
  }

  assert {
    condition     = nonsensitive(aws_cloudformation_stack.hub[0].parameters)["RoleBoundaryArn"] == "arn:aws:iam::123456789012:policy/company/limit" && nonsensitive(aws_cloudformation_stack_set.spoke.parameters)["RoleBoundaryName"] == "company/limit"
    error_message = "The roles do not carry the company's boundary."
  }

  assert {
    condition     = alltrue([for p in [aws_cloudformation_stack.hub[0].parameters, aws_cloudformation_stack_set.spoke.parameters] : nonsensitive(p)["RolePath"] == "/platform/" && nonsensitive(p)["RoleNamePrefix"] == "acme-"])
    error_message = "The hub and the spoke have other paths or prefixes."
  }

  assert {
    condition     = nonsensitive(aws_cloudformation_stack.hub[0].parameters)["ConfiguredBoundaryArns"] == "arn:aws:iam::123456789012:policy/team-boundary,arn:aws:iam::123456789012:policy/ci-boundary" && nonsensitive(aws_cloudformation_stack.hub[0].parameters)["Mode"] == "observe"
    error_message = "The hub does not get its boundaries, or its mode."
  }

  assert {
    condition     = keys(aws_cloudformation_stack_set_instance.other) == ["eu-west-1"] && aws_cloudformation_stack_set.spoke.operation_preferences[0].region_order == tolist(["us-east-1", "eu-west-1"])
    error_message = "The other regions are wrong, or IAM's region is not the first."
  }

  assert {
    condition     = output.member_enforce_role == "arn:aws:iam::ACCOUNT:role/platform/acme-ringfence-member-enforce"
    error_message = "The role of member accounts has another name."
  }
}

run "govcloud" {
  command = plan

  variables {
    hub_region = "us-gov-west-1"
  }

  assert {
    condition     = startswith(output.member_enforce_role, "arn:aws-us-gov:") && nonsensitive(aws_cloudformation_stack_set.spoke.parameters)["HubRegion"] == "us-gov-west-1"
    error_message = "GovCloud is another partition."
  }
}

run "refuses" {
  command = plan

  variables {
    organization_id         = "*"
    external_id             = "short"
    hub_account_id          = "hub"
    hub_region              = "eu-west-1"
    organizational_unit_ids = []
    role_path               = "ringfence"
    role_name_prefix        = "a/b"
    call_as                 = "ROOT"
  }

  expect_failures = [
    var.organization_id, var.external_id, var.hub_account_id, var.hub_region, var.organizational_unit_ids,
    var.role_path, var.role_name_prefix, var.call_as,
  ]
}
