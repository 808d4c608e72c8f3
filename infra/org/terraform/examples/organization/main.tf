# Two providers: the management account registers the delegated administrator and has the policies;
# the security account is that administrator, and has the hub.
terraform {
  required_version = ">= 1.7"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.80, < 6.0"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

provider "aws" {
  alias  = "management"
  region = "us-east-1"
}

variable "external_id" {
  description = "16 to 64 random characters."
  type        = string
  sensitive   = true
}

module "management" {
  source    = "../../modules/management"
  providers = { aws = aws.management }

  delegated_administrator = "123456789012"
  target_ids              = ["ou-a1b2-c3d4e5f6"]
}

module "ringfence" {
  source     = "../.."
  depends_on = [module.management]

  organization_id         = "o-a1b2c3d4e5"
  external_id             = var.external_id
  hub_account_id          = "123456789012"
  organizational_unit_ids = ["ou-a1b2-c3d4e5f6"]
  other_regions           = ["eu-west-1"]
  spoke_template          = "${path.module}/../../../spoke.yaml"
  tags                    = { team = "security" }
}
