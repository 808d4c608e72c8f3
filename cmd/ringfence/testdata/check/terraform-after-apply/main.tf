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

resource "aws_iam_policy" "boundary" {
  name   = "team-boundary"
  policy = file("${path.module}/../team-boundary.json")
}

# The ARN of a policy that does not exist yet is known only after apply.
resource "aws_iam_role" "by_reference" {
  name                 = "by-reference"
  path                 = "/app/"
  assume_role_policy   = jsonencode({ Version = "2012-10-17", Statement = [] })
  permissions_boundary = aws_iam_policy.boundary.arn
}

# No rule applies to this path, so the boundary does not matter.
resource "aws_iam_role" "elsewhere" {
  name                 = "elsewhere"
  path                 = "/other/"
  assume_role_policy   = jsonencode({ Version = "2012-10-17", Statement = [] })
  permissions_boundary = aws_iam_policy.boundary.arn
}

# Which rule applies depends on a name that the provider completes.
resource "aws_iam_role" "prefixed" {
  name_prefix          = "c"
  path                 = "/app/"
  assume_role_policy   = jsonencode({ Version = "2012-10-17", Statement = [] })
  permissions_boundary = "arn:aws:iam::123456789012:policy/team-boundary"
}

resource "aws_iam_role" "prefixed_pipeline" {
  name_prefix          = "ci-"
  assume_role_policy   = jsonencode({ Version = "2012-10-17", Statement = [] })
  permissions_boundary = "arn:aws:iam::123456789012:policy/ci/ci-boundary"
}

resource "terraform_data" "team" {
  input = "carts"
}

resource "aws_iam_role" "tagged" {
  name                 = "tagged"
  assume_role_policy   = jsonencode({ Version = "2012-10-17", Statement = [] })
  tags                 = { (terraform_data.team.output) = "x" }
}
