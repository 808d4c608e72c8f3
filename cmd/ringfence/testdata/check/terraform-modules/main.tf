terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "example"
  secret_key                  = "example"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}

variable "teams" {
  type    = set(string)
  default = ["carts", "search"]
}

module "team" {
  for_each = var.teams
  source   = "./team"
  team     = each.key
  boundary = each.key == "carts" ? "arn:aws:iam::123456789012:policy/team-boundary" : null
}

resource "aws_iam_role" "pipeline" {
  count                = 2
  name                 = "ci-deploy-${count.index}"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  permissions_boundary = count.index == 0 ? "arn:aws:iam::123456789012:policy/ci/ci-boundary" : "arn:aws:iam::123456789012:policy/team-boundary"
}

resource "aws_iam_user" "robot" {
  name = "robot"
  tags = { team = "carts" }
}

resource "aws_iam_user_policy" "robot" {
  name   = "deploy"
  user   = aws_iam_user.robot.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "iam:*", Resource = "*" }] })
}

resource "aws_iam_role" "landing_zone" {
  name               = "guardrail"
  path               = "/landing-zone/"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}
