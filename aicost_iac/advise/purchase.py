"""An advised commitment as files for a person to review: Terraform, the API's request, prices for Karpenter.

Writing them buys nothing. Applying the Terraform, or sending the request, does, for the whole term.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from aicost_iac.advise.commitment import Advice
from aicost_iac.canonical import document
from aicost_iac.kubernetes.manifest import dump
from aicost_iac.plan import Assumption, KubeObject, Plan, Resource
from aicost_iac.terraform.document import render
from aicost_iac.terraform.versions import always

# https://github.com/hashicorp/terraform-provider-aws/pull/45834
_FIRST = (6, 29)
# Until upfront_payment_amount was computed, a No Upfront plan was bought, then failed, and was bought again at the next
# apply: https://github.com/hashicorp/terraform-provider-aws/issues/49263. Fixed after 6.57; 6.69 is known to be later.
_SAFE = (6, 69)


def stem(advice: Advice) -> str:
    """The start of an advice's file names, such as `ec2-instance-sp-g6e-us-east-1`."""
    return re.sub(r"[^a-z0-9]+", "-", advice.series.name.lower())


def files(advice: Advice, provider_version: str) -> dict[str, str]:
    """File name -> text; `why_no_terraform` says why there is no Terraform among them."""
    start = stem(advice)
    written = {f"{start}.request.json": request(advice)} if _offering(advice) else {}
    if why_no_terraform(advice, provider_version) is None:
        written[f"{start}.tf.json"] = document(render(Plan((resource(advice),))))
    for overlay in overlays(advice):
        written[f"{start}.nodeoverlay.yaml"] = dump(overlay)
    return written


def why_no_terraform(advice: Advice, provider_version: str) -> str | None:
    """Why a commitment is not written as Terraform, None when it is."""
    if _offering(advice) is None:
        return "AWS's recommendation for this plan was not read: only it names the offering to buy"
    if not always(provider_version, *_FIRST):
        return f"provider versions {provider_version!r} admit some without aws_savingsplans_savings_plan (6.29 has it)"
    if not always(provider_version, *_SAFE):
        return (
            f"provider versions {provider_version!r} admit some that buy a No Upfront plan, fail, and buy another at "
            "the next apply (6.29 to 6.57): require >= 6.69"
        )
    return None


def resource(advice: Advice) -> Resource:
    """The plan as a resource. Destroying it would only forget it: a plan runs to its end."""
    body = {
        "savings_plan_offering_id": _offering(advice),
        "commitment": str(advice.outcome.usd_hour),
        "lifecycle": {"prevent_destroy": True},
    }
    assumed = (
        Assumption("savings_plan_discount", str(advice.terms.discount), "share", advice.discount_source),
        Assumption("on_demand_price_decline", str(advice.terms.price_decline), "share per year", "given"),
    )
    return Resource("aws_savingsplans_savings_plan", stem(advice).replace("-", "_"), body, assume=assumed)


def request(advice: Advice) -> str:
    """For `aws savingsplans create-savings-plan --cli-input-json`."""
    body = {"savingsPlanOfferingId": _offering(advice), "commitment": str(advice.outcome.usd_hour)}
    return json.dumps(body, indent=2) + "\n"


def overlays(advice: Advice) -> Iterator[KubeObject]:
    """What Karpenter should believe on-demand costs while the commitment has room.

    Only for EC2 Instance plans: a Compute plan moves on to whatever costs most, so no type is cheaper by it. Karpenter
    does not know when the commitment is used up: limit the node pool to what it covers.
    https://karpenter.sh/docs/concepts/nodeoverlays/
    """
    if advice.series.plan != "EC2_INSTANCE_SP" or not advice.outcome.usd_hour:
        return
    family = advice.series.scope.split()[0]
    body = {
        "spec": {
            "priceAdjustment": f"-{advice.terms.discount * 100:.1f}%",
            "requirements": [
                {"key": "karpenter.k8s.aws/instance-family", "operator": "In", "values": [family]},
                {"key": "karpenter.sh/capacity-type", "operator": "In", "values": ["on-demand"]},
            ],
        }
    }
    yield KubeObject("karpenter.sh/v1alpha1", "NodeOverlay", f"savings-plan-{family}", body=body)


def _offering(advice: Advice) -> str | None:
    return advice.recommended.offering_id if advice.recommended else None
