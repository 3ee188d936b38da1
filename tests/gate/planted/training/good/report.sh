#!/bin/bash
set -euo pipefail

# What the GPU families cost last month.
spend=$(aws ce get-cost-and-usage \
  --time-period "Start=$1,End=$2" \
  --granularity MONTHLY \
  --metrics UnblendedCost \
  --filter '{"Dimensions": {"Key": "INSTANCE_TYPE", "Values": ["p4d.24xlarge", "p5.48xlarge", "g6e.xlarge"]}}')
echo "$spend"
