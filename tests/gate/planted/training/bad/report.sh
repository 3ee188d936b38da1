#!/bin/bash
set -euo pipefail

# What the GPU families cost last month.
spend=$(aws ce get-cost-and-usage \
  --time-period "Start=$1,End=$2" \
  --granularity MONTHLY \
  --metrics UnblendedCost \
  --filter '{"Dimensions": {"Key": "INSTANCE_TYPE_FAMILY", "Values": ["p4d", "p5", "g6e"]}}')  # <- CE001
echo "$spend"
