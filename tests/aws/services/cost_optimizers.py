"""Enrollment in the Cost Optimization Hub and the Compute Optimizer, two services that moto does not have."""

from tests.aws.services.actions import ACCOUNT, Call, Json, Service, Table

hub = Service("CostOptimizationHubService")
optimizer = Service("ComputeOptimizerService")
enrollments = Table()


@hub.action("UpdateEnrollmentStatus")
def update_hub(call: Call) -> Json:
    """At once."""
    enrollments["hub"] = call.params
    return {"status": "Enrolled successfully" if call["status"] == "Active" else "Unenrolled successfully"}


@hub.action("ListEnrollmentStatuses")
def list_hub(call: Call) -> Json:
    """This account only."""
    status = enrollments.get("hub", {}).get("status", "Inactive")
    return {"items": [{"accountId": ACCOUNT, "status": status}], "includeMemberAccounts": False}


@hub.action("UpdatePreferences")
def update_preferences(call: Call) -> Json:
    """Stores them."""
    enrollments["preferences"] = call.params
    return call.params


@hub.action("GetPreferences")
def get_preferences(call: Call) -> Json:
    """What was stored, or the defaults of AWS."""
    defaults = {"savingsEstimationMode": "BeforeDiscounts", "memberAccountDiscountVisibility": "All"}
    return defaults | enrollments.get("preferences", {})


@optimizer.action("UpdateEnrollmentStatus")
def update_optimizer(call: Call) -> Json:
    """At once."""
    enrollments["optimizer"] = call.params
    return {"status": call["status"]}


@optimizer.action("GetEnrollmentStatus")
def get_optimizer(call: Call) -> Json:
    """Inactive until it is set."""
    status = enrollments.get("optimizer", {})
    members = status.get("includeMemberAccounts", False)
    return {"status": status.get("status", "Inactive"), "memberAccountsEnrolled": members}
