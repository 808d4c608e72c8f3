locals {
  folder = coalesce(var.policies, "${path.module}/../../../..")

  policies = {
    ringfence-boundaries = {
      type        = "SERVICE_CONTROL_POLICY"
      file        = "scp/guard-boundaries.json"
      description = "Who may set boundaries"
    }
    ringfence-control = {
      type        = "SERVICE_CONTROL_POLICY"
      file        = "scp/guard-control.json"
      description = "Who may change Ringfence, its trails and its key, and use its queues"
    }
    ringfence-control-resources = {
      type        = "RESOURCE_CONTROL_POLICY"
      file        = "rcp/guard-control.json"
      description = "No other account can use Ringfence's queues, ledger, roles and key"
    }
  }

  attachments = { for pair in setproduct(keys(local.policies), var.target_ids) : "${pair[0]}/${pair[1]}" => { policy = pair[0], target = pair[1] } }
}

resource "aws_organizations_delegated_administrator" "stacksets" {
  account_id        = var.delegated_administrator
  service_principal = "member.org.stacksets.cloudformation.amazonaws.com"
}

resource "aws_organizations_policy" "this" {
  for_each = local.policies

  name        = each.key
  description = each.value.description
  type        = each.value.type
  # Without white space, which counts for the quota.
  content = jsonencode(jsondecode(file("${local.folder}/${each.value.file}")))
  tags    = var.tags
}

resource "aws_organizations_policy_attachment" "this" {
  for_each = local.attachments

  policy_id = aws_organizations_policy.this[each.value.policy].id
  target_id = each.value.target
}
