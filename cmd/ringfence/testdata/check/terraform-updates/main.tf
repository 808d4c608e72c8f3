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

locals {
  trust = jsonencode({ Version = "2012-10-17", Statement = [] })
}

resource "aws_iam_role" "removed" {
  name               = "removed"
  path               = "/app/"
  assume_role_policy = local.trust
}

resource "aws_iam_role" "replaced" {
  name                 = "replaced"
  path                 = "/app/"
  assume_role_policy   = local.trust
  permissions_boundary = "arn:aws:iam::aws:policy/PowerUserAccess"
}

resource "aws_iam_role" "narrowed" {
  name                 = "narrowed"
  path                 = "/app/"
  assume_role_policy   = local.trust
  permissions_boundary = "arn:aws:iam::aws:policy/AWSDenyAll"
}

resource "aws_iam_role" "untagged" {
  name                 = "untagged"
  assume_role_policy   = local.trust
  permissions_boundary = "arn:aws:iam::123456789012:policy/team-boundary"
}

resource "aws_iam_role" "break_glass" {
  name               = "break-glass"
  path               = "/app/"
  assume_role_policy = local.trust
  tags               = { purpose = "incidents" }
}

resource "aws_iam_role" "moved_path" {
  name               = "moved-path"
  path               = "/other/"
  assume_role_policy = local.trust
}

moved {
  from = aws_iam_role.old_address
  to   = aws_iam_role.moved_path
}

resource "aws_iam_role" "same" {
  name               = "same"
  path               = "/app/"
  assume_role_policy = local.trust
}

resource "aws_iam_policy" "ci_boundary" {
  name   = "ci-boundary"
  path   = "/ci/"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["cloudformation:*", "s3:*", "iam:PassRole"], Resource = "*" }] })
}

resource "aws_iam_role" "pipeline" {
  name                 = "ci-deploy"
  assume_role_policy   = local.trust
  permissions_boundary = "arn:aws:iam::123456789012:policy/ci/ci-boundary"
  tags                 = { stage = "prod" }
}
