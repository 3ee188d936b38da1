provider "aws" {
  region = "us-east-1"
}

resource "aws_spot_fleet_request" "trainers" {  # <- SPOT006 SPOT007
  iam_fleet_role                      = "arn:aws:iam::123456789012:role/fleet"
  target_capacity                     = 4
  fleet_type                          = "maintain"
  terminate_instances_with_expiration = true  # <- SPOT001

  launch_specification {  # <- SPOT004
    ami           = "ami-0a1b2c3d4e5f60718"
    instance_type = "p4d.24xlarge"  # <- SPOT005
    subnet_id     = var.subnet_ids[0]
    tags          = merge(local.tags, { Name = "trainer" })  # <- SPOT003

    root_block_device {  # <- SPOT004
      volume_size = 500
    }
  }
}

resource "aws_budgets_budget" "training" {  # <- BUD004 BUD011
  name         = "training"
  budget_type  = "COST"
  limit_amount = "20000"
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  cost_filter {
    name   = "TagKeyValue"
    values = ["user:workload-type$${var.workload}"]  # <- BUD003
  }
}

resource "aws_budgets_budget" "team" {  # <- BUD011
  name         = "team"
  budget_type  = "COST"
  limit_amount = "50000"
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  cost_filter {
    name   = "TagKeyValue"
    values = ["team$ranking"]  # <- BUD002
  }

  notification {  # <- BUD007
    comparison_operator        = "GREATER_THAN"
    threshold                  = 80
    threshold_type             = "PERCENTAGE"
    notification_type          = "FORECASTED"
    subscriber_email_addresses = ["ranking@example.com"]
  }
}

resource "aws_spot_fleet_request" "scratch" {  # <- SPOT002 SPOT007
  iam_fleet_role      = "arn:aws:iam::123456789012:role/fleet"
  target_capacity     = 2
  allocation_strategy = "priceCapacityOptimized"

  launch_template_config {
    launch_template_specification {
      id      = "lt-0a1b2c3d4e5f60718"
      version = "3"
    }
  }
}

resource "aws_budgets_budget" "sweeps" {  # <- BUD011
  name         = "sweeps"
  budget_type  = "COST"
  limit_amount = "5000"
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  cost_filter {
    name   = "TagKeyValue"
    values = ["user:Workload-Type$sweep"]  # <- BUD001 TAG001
  }

  notification {  # <- BUD009
    comparison_operator        = "GREATER_THAN"
    threshold                  = 80
    threshold_type             = "PERCENTAGE"
    notification_type          = "ACTUAL"
    subscriber_email_addresses = ["ranking@example.com"]
  }
}
