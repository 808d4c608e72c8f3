variable "organization_id" {
  description = "The id of the organization, such as o-a1b2c3d4e5."
  type        = string

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id must be the id of an organization, such as o-a1b2c3d4e5."
  }
}

variable "external_id" {
  description = "The external id that the hub gives when it assumes the roles of member accounts: 16 to 64 characters."
  type        = string
  sensitive   = true

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@:/_-]{16,64}$", var.external_id))
    error_message = "external_id must have 16 to 64 characters of A-Z, a-z, 0-9 and +=,.@:/_-."
  }
}

variable "hub_account_id" {
  description = "The account of the hub. The spoke is not deployed there."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.hub_account_id))
    error_message = "hub_account_id must be the id of an account."
  }
}

variable "hub_region" {
  description = "The region of the hub, where IAM's events arrive: us-east-1, us-gov-west-1 or cn-north-1."
  type        = string
  default     = "us-east-1"

  validation {
    condition     = contains(["us-east-1", "us-gov-west-1", "cn-north-1"], var.hub_region)
    error_message = "hub_region must be the region in which IAM's events arrive: us-east-1, us-gov-west-1 or cn-north-1."
  }
}

variable "hub_stack_name" {
  description = "The name of the stack of the hub."
  type        = string
  default     = "ringfence"

  validation {
    condition     = can(regex("^[A-Za-z][A-Za-z0-9-]{0,43}$", var.hub_stack_name))
    error_message = "hub_stack_name must be the name of a stack, with at most 44 characters."
  }
}

variable "hub" {
  description = "What the hub is deployed from: the template of a release and the bucket with its zips. Null if you deploy it otherwise, such as with make deploy."
  type = object({
    template_url             = string
    release_bucket           = string
    release_prefix           = optional(string, "")
    configured_boundary_arns = list(string)
    parameters               = optional(map(string), {})
  })
  default = null
}

variable "organizational_unit_ids" {
  description = "The units whose accounts Ringfence covers, or the root."
  type        = list(string)

  validation {
    condition     = length(var.organizational_unit_ids) > 0 && alltrue([for id in var.organizational_unit_ids : can(regex("^(r-[a-z0-9]{4,32}|ou-[a-z0-9]{4,32}-[a-z0-9]{8,32})$", id))])
    error_message = "organizational_unit_ids must be ids of units, such as ou-a1b2-c3d4e5f6, or of the root."
  }
}

variable "other_regions" {
  description = "The regions of IAM Identity Center and of the trail, if they are not the region of the hub."
  type        = set(string)
  default     = []
}

variable "spoke_template" {
  description = "The path of the spoke's template, as made by make spoke of your configuration. Null: infra/org/spoke.yaml, which has the sample boundaries."
  type        = string
  default     = null
}

variable "create_boundaries" {
  description = "Whether the spoke creates the approved boundary policies."
  type        = bool
  default     = true
}

variable "call_as" {
  description = "DELEGATED_ADMIN, or SELF in the management account."
  type        = string
  default     = "DELEGATED_ADMIN"

  validation {
    condition     = contains(["DELEGATED_ADMIN", "SELF"], var.call_as)
    error_message = "call_as must be DELEGATED_ADMIN or SELF."
  }
}

variable "role_boundary_name" {
  description = "Name, with its path and without a leading slash, of the boundary that your company requires of every role. It must exist in each account. Empty: Ringfence's own."
  type        = string
  default     = ""
}

variable "role_path" {
  description = "The path of Ringfence's own roles and policies, the same in all accounts."
  type        = string
  default     = "/ringfence/"

  validation {
    condition     = can(regex("^/([A-Za-z0-9+=,.@_-]+/)+$", var.role_path)) && length(var.role_path) <= 64
    error_message = "role_path must be a path such as /platform/ringfence/."
  }
}

variable "role_name_prefix" {
  description = "The text that the names of Ringfence's own roles and policies begin with."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{0,20}$", var.role_name_prefix))
    error_message = "role_name_prefix must consist of at most 20 letters, digits, underscores and hyphens."
  }
}

variable "max_concurrent_percentage" {
  description = "How many of the accounts of a region are updated at a time, in percent."
  type        = number
  default     = 10
}

variable "failure_tolerance_percentage" {
  description = "After how many failures, in percent of the accounts of a region, an operation stops."
  type        = number
  default     = 10
}

variable "tags" {
  description = "Tags of the hub and of everything that the spoke creates, its roles included."
  type        = map(string)
  default     = {}
}
