terraform {
  required_version = ">= 1.7"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # 6.0 renames the region of stack set instances.
      version = ">= 5.80, < 6.0"
    }
  }
}
