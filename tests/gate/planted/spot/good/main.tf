provider "aws" {
  region = "us-east-1"
}

resource "aws_launch_template" "trainer" {
  name          = "trainer"
  image_id      = "ami-0a1b2c3d4e5f60718"
  instance_type = "g6e.xlarge"

  metadata_options {
    http_tokens = "required"
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      encrypted   = true
      volume_size = 500
    }
  }

  dynamic "tag_specifications" {
    for_each = toset(["instance", "volume", "network-interface"])

    content {
      resource_type = tag_specifications.value
      tags          = local.tags
    }
  }
}

# aicost:ignore SPOT005 this account was given 64 vCPUs of G and VT spot
resource "aws_autoscaling_group" "trainers" {
  name                = "trainers"
  min_size            = 0
  max_size            = 4
  capacity_rebalance  = true
  vpc_zone_identifier = var.subnet_ids

  mixed_instances_policy {
    instances_distribution {
      on_demand_percentage_above_base_capacity = 0
      spot_allocation_strategy                 = "price-capacity-optimized"
    }

    launch_template {
      launch_template_specification {
        launch_template_id = aws_launch_template.trainer.id
        version            = aws_launch_template.trainer.latest_version
      }

      override {
        instance_type = "g6e.xlarge"
      }

      override {
        instance_type = "g6e.2xlarge"
      }
    }
  }

  dynamic "tag" {
    for_each = local.tags

    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }
}

resource "aws_ce_cost_allocation_tag" "used" {
  for_each = local.tags

  tag_key = each.key
  status  = "Active"
}

resource "aws_budgets_budget" "training" {
  name         = "training"
  budget_type  = "COST"
  limit_amount = "20000"
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  cost_types {
    include_credit = false
    include_refund = false
  }

  cost_filter {
    name   = "TagKeyValue"
    values = [format("user:workload-type$%s", var.workload)]
  }

  notification {
    comparison_operator        = "GREATER_THAN"
    threshold                  = 80
    threshold_type             = "PERCENTAGE"
    notification_type          = "ACTUAL"
    subscriber_email_addresses = ["ranking@example.com"]
  }

  notification {
    comparison_operator        = "GREATER_THAN"
    threshold                  = 100
    threshold_type             = "PERCENTAGE"
    notification_type          = "ACTUAL"
    subscriber_email_addresses = ["ranking@example.com"]
  }
}
