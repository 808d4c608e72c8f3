variable "team" { type = string }
variable "boundary" { type = string }

resource "aws_iam_role" "this" {
  for_each             = toset(["api", "worker"])
  name                 = "${var.team}-${each.key}"
  path                 = "/app/"
  assume_role_policy   = jsonencode({ Version = "2012-10-17", Statement = [] })
  permissions_boundary = var.boundary
  tags                 = { team = var.team }
}

resource "aws_iam_role_policy" "this" {
  for_each = aws_iam_role.this
  name     = "data"
  role     = each.value.name
  policy   = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["s3:GetObject", "sqs:SendMessage"], Resource = "*" }] })
}
