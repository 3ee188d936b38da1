"""Service Quotas: the accelerator quotas of EC2; moto knows those of VPC only.

Every account starts with 0 of these vCPUs, and every request is approved at once, which AWS does not do.
"""

from moto.servicequotas.resources.default_quotas.vpc import VPC_DEFAULT_QUOTAS

from tests.aws.services.actions import ACCOUNT, Call, Fault, Json, Service, Table, new_id

service = Service("ServiceQuotasV20190624")
approved = Table()
requests = Table("NoSuchResourceException")

# https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html
EC2_VCPU_QUOTAS = {
    "L-417A185B": "Running On-Demand P instances",
    "L-7212CCBC": "All P4, P3 and P2 Spot Instance Requests",
    "L-C4BD4855": "All P5 Spot Instance Requests",
    "L-DB2E81BA": "Running On-Demand G and VT instances",
    "L-3819A6DF": "All G and VT Spot Instance Requests",
    "L-1945791B": "Running On-Demand Inf instances",
    "L-B5D1601B": "All Inf Spot Instance Requests",
    "L-2C3B7624": "Running On-Demand Trn instances",
    "L-6B0D517C": "All Trn Spot Instance Requests",
    "L-6E869C2A": "Running On-Demand DL instances",
    "L-85EED4F7": "All DL Spot Instance Requests",
    "L-1216C47A": "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
    "L-34B43A08": "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests",
}


@service.action("GetAWSDefaultServiceQuota")
def get_default(call: Call) -> Json:
    """What a new account has."""
    return {"Quota": _default(call)}


@service.action("GetServiceQuota")
def get_quota(call: Call) -> Json:
    """What this account has: the default, or what was approved."""
    return {"Quota": _default(call) | approved.get(_key(call), {})}


@service.action("RequestServiceQuotaIncrease")
def request_increase(call: Call) -> Json:
    """Approves at once."""
    quota = _default(call)
    approved[_key(call)] = {"Value": call["DesiredValue"]}
    request = {"Id": new_id(), "DesiredValue": call["DesiredValue"], "Status": "APPROVED"}
    requests[request["Id"]] = quota | request
    return {"RequestedQuota": requests[request["Id"]]}


@service.action("GetRequestedServiceQuotaChange")
def get_requested_change(call: Call) -> Json:
    """The request as it was made."""
    return {"RequestedQuota": requests[call["RequestId"]]}


def _key(call: Call) -> str:
    return f"{call['ServiceCode']}/{call['QuotaCode']}"


def _default(call: Call) -> Json:
    if call["ServiceCode"] == "vpc":
        for quota in VPC_DEFAULT_QUOTAS:
            if quota["QuotaCode"] == call["QuotaCode"]:
                return dict(quota)
    if call["ServiceCode"] != "ec2" or call["QuotaCode"] not in EC2_VCPU_QUOTAS:
        raise Fault("NoSuchResourceException", f"no quota {_key(call)} in the test server")
    return {
        "ServiceCode": "ec2",
        "ServiceName": "Amazon Elastic Compute Cloud (Amazon EC2)",
        "QuotaArn": f"arn:aws:servicequotas:{call.region}:{ACCOUNT}:ec2/{call['QuotaCode']}",
        "QuotaCode": call["QuotaCode"],
        "QuotaName": EC2_VCPU_QUOTAS[call["QuotaCode"]],
        "Value": 0.0,
        "Unit": "None",
        "Adjustable": True,
        "GlobalQuota": False,
        "UsageMetric": _usage_metric(EC2_VCPU_QUOTAS[call["QuotaCode"]]),
    }


def _usage_metric(quota_name: str) -> Json:
    """The metric of CloudWatch that counts what the quota limits; the class is `G/OnDemand`, `P/Spot` and the like."""
    market = "Spot" if quota_name.startswith("All ") else "OnDemand"
    family = quota_name.removeprefix("All ").removeprefix("Running On-Demand ").split()[0].rstrip(",")
    return {
        "MetricNamespace": "AWS/Usage",
        "MetricName": "ResourceCount",
        "MetricDimensions": {"Class": f"{family}/{market}", "Resource": "vCPU", "Service": "EC2", "Type": "Resource"},
        "MetricStatisticRecommendation": "Maximum",
    }
