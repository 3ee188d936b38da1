"""Ten thousand resources: how far we are from merely writing their bytes, and whether time grows with their number."""

import json
from collections.abc import Iterator
from typing import Any

from aicost_iac import CostTags, Ref, Resource, Stack, output
from benchmarks.clock import best, best_of_both
from benchmarks.row import Row, at_most_slower

TAGS = CostTags(workload_type="training", cost_center="benchmarks", team="benchmarks")
FEW, MANY = 1_000, 10_000


def rows() -> Iterator[Row]:
    bodies = [body(number) for number in range(MANY)]
    [text] = synthesize(bodies).values()
    document = json.loads(text)
    ours, dumped = best_of_both(
        lambda: synthesize(bodies), lambda: json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False)
    )
    yield Row(f"{MANY:,} resources natively", ours, "json.dumps of the same document", dumped, at_most_slower(4))
    few = best(lambda: synthesize(bodies[:FEW]), 20)
    yield Row(
        f"a resource among {MANY:,}",
        ours / MANY * 1e6,
        f"a resource among {FEW:,}",
        few / FEW * 1e6,
        at_most_slower(1.2),
        "µs",
    )


def synthesize(bodies: list[dict[str, Any]]) -> dict[str, str]:
    """From bodies to the bytes of a stack, as `aicost synth` does it."""
    subnet = Resource("aws_subnet", "main", {"vpc_id": "vpc-0a1b2c3d", "cidr_block": "10.0.0.0/16"})
    instances = [Resource("aws_instance", f"node_{number}", body) for number, body in enumerate(bodies)]
    return output.files([Stack(name="many", region="us-east-1", tags=TAGS, items=[subnet, *instances])])


def body(number: int) -> dict[str, Any]:
    """An instance with the attributes people write: 17 of them, 30 values."""
    return {
        "ami": "ami-0a1b2c3d",
        "associate_public_ip_address": False,
        "availability_zone": "us-east-1a",
        "credit_specification": [{"cpu_credits": "standard"}],
        "disable_api_termination": False,
        "ebs_optimized": True,
        "iam_instance_profile": "trainer",
        "instance_type": "g6e.xlarge",
        "key_name": None,
        "lifecycle": {"ignore_changes": ["ami", "user_data"]},
        "metadata_options": [{"http_endpoint": "enabled", "http_tokens": "required", "http_put_response_hop_limit": 1}],
        "monitoring": True,
        "private_ip": f"10.0.{number // 250 % 250}.{number % 250}",
        "root_block_device": [
            {"delete_on_termination": True, "encrypted": True, "volume_size": 200, "volume_type": "gp3"}
        ],
        "source_dest_check": True,
        "subnet_id": Ref("aws_subnet.main", "id"),
        "tags": {"Name": f"node-{number}", "cost-center": "benchmarks", "team": "benchmarks"},
        "user_data": "#!/bin/bash\nset -euo pipefail\nexport HOME=${HOME:-/root}\nexec /opt/work/run\n",
        "vpc_security_group_ids": ["sg-0a1b2c3d", "sg-1a2b3c4d"],
    }
