locals {
  # The same names in the hub and in each account.
  names = {
    OrganizationId = var.organization_id
    ExternalId     = var.external_id
    RolePath       = var.role_path
    RoleNamePrefix = var.role_name_prefix
  }
}

# The hub, from the template and the zips of a release.
resource "aws_cloudformation_stack" "hub" {
  count = var.hub == null ? 0 : 1

  name         = var.hub_stack_name
  template_url = var.hub.template_url
  capabilities = ["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
  tags         = var.tags

  parameters = merge(local.names, {
    ConfiguredBoundaryArns = join(",", var.hub.configured_boundary_arns)
    ReleaseBucket          = var.hub.release_bucket
    ReleasePrefix          = var.hub.release_prefix
    RoleBoundaryArn        = var.role_boundary_name == "" ? "" : "arn:${local.partition}:iam::${var.hub_account_id}:policy/${var.role_boundary_name}"
  }, var.hub.parameters)
}

locals {
  partition = {
    "us-east-1"     = "aws"
    "us-gov-west-1" = "aws-us-gov"
    "cn-north-1"    = "aws-cn"
  }[var.hub_region]
}

# The spoke, in every account of the units, and in each that joins them.
resource "aws_cloudformation_stack_set" "spoke" {
  name             = "${var.hub_stack_name}-member"
  description      = "Forwards IAM's events to Ringfence and lets it act"
  permission_model = "SERVICE_MANAGED"
  call_as          = var.call_as
  capabilities     = ["CAPABILITY_NAMED_IAM"]
  template_body    = file(coalesce(var.spoke_template, "${path.module}/../spoke.yaml"))
  tags             = var.tags

  parameters = merge(local.names, {
    HubAccountId     = var.hub_account_id
    HubRegion        = var.hub_region
    HubStackName     = var.hub_stack_name
    CreateBoundaries = tostring(var.create_boundaries)
    RoleBoundaryName = var.role_boundary_name
  })

  # The approved boundary policies stay in an account that leaves: its principals carry them.
  auto_deployment {
    enabled                          = true
    retain_stacks_on_account_removal = false
  }

  managed_execution {
    active = true
  }

  operation_preferences {
    region_concurrency_type      = "SEQUENTIAL"
    region_order                 = concat([var.hub_region], sort(setsubtract(var.other_regions, [var.hub_region])))
    max_concurrent_percentage    = var.max_concurrent_percentage
    failure_tolerance_percentage = var.failure_tolerance_percentage
  }

  lifecycle {
    # AWS sets it for service-managed stack sets.
    ignore_changes = [administration_role_arn]
  }
}

# IAM's region first: it has the role with which the rules of the others forward.
resource "aws_cloudformation_stack_set_instance" "home" {
  stack_set_name = aws_cloudformation_stack_set.spoke.name
  region         = var.hub_region
  call_as        = var.call_as

  deployment_targets {
    organizational_unit_ids = var.organizational_unit_ids
    account_filter_type     = "DIFFERENCE"
    accounts                = [var.hub_account_id]
  }
}

resource "aws_cloudformation_stack_set_instance" "other" {
  for_each   = setsubtract(var.other_regions, [var.hub_region])
  depends_on = [aws_cloudformation_stack_set_instance.home]

  stack_set_name = aws_cloudformation_stack_set.spoke.name
  region         = each.value
  call_as        = var.call_as

  deployment_targets {
    organizational_unit_ids = var.organizational_unit_ids
    account_filter_type     = "DIFFERENCE"
    accounts                = [var.hub_account_id]
  }
}
