variable "delegated_administrator" {
  description = "The account that becomes the delegated administrator of CloudFormation StackSets: that of the hub."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.delegated_administrator))
    error_message = "delegated_administrator must be the id of an account."
  }
}

variable "target_ids" {
  description = "The units and accounts that the policies are attached to. Empty: the policies are made, and not attached."
  type        = set(string)
  default     = []
}

variable "policies" {
  description = "The folder with scp/ and rcp/, with your names in them (infra/README.md, Make them yours). Null: infra/ as it is."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of the policies."
  type        = map(string)
  default     = {}
}
