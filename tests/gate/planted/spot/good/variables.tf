variable "workload" {
  type    = string
  default = "pretraining"
}

variable "subnet_ids" {
  type = list(string)
}

locals {
  tags = {
    team          = "ranking"
    workload-type = "pretraining"
  }
}
