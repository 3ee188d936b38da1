"""Cost and usage reports and Data Exports, two services that moto does not have."""

from tests.aws.services import tags
from tests.aws.services.actions import ACCOUNT, Call, Json, Service, Table, new_id

reports_service = Service("AWSOrigamiServiceGatewayService")
exports_service = Service("AWSBillingAndCostManagementDataExports")
reports = Table()
exports = Table()

exports_service.action("ListTagsForResource")(tags.list_resource_tags)
exports_service.action("TagResource")(tags.tag_resource)
exports_service.action("UntagResource")(tags.untag_resource)


@reports_service.action("PutReportDefinition")
def put_report(call: Call) -> Json:
    """Stores the definition."""
    name = call["ReportDefinition"]["ReportName"]
    reports[name] = call["ReportDefinition"]
    tags.set_tags(name, tags.as_map(call.get("Tags")))
    return {}


@reports_service.action("ModifyReportDefinition")
def modify_report(call: Call) -> Json:
    """Replaces the definition."""
    reports[call["ReportName"]] = call["ReportDefinition"]
    return {}


@reports_service.action("DescribeReportDefinitions")
def describe_reports(call: Call) -> Json:
    """All definitions."""
    return {"ReportDefinitions": list(reports.values())}


@reports_service.action("DeleteReportDefinition")
def delete_report(call: Call) -> Json:
    """Forgets the definition."""
    reports.pop(call["ReportName"], None)
    return {}


@reports_service.action("ListTagsForResource")
def list_report_tags(call: Call) -> Json:
    """Reports are tagged by name."""
    return {"Tags": tags.as_pairs(tags.tags_of(call["ReportName"]))}


@exports_service.action("CreateExport")
def create_export(call: Call) -> Json:
    """Stores the export."""
    arn = f"arn:aws:bcm-data-exports:{call.region}:{ACCOUNT}:export/{call['Export']['Name']}-{new_id()}"
    exports[arn] = {**call["Export"], "ExportArn": arn}
    tags.set_tags(arn, tags.as_map(call.get("ResourceTags")))
    return {"ExportArn": arn}


@exports_service.action("GetExport")
def get_export(call: Call) -> Json:
    """The export as it was stored."""
    return {"Export": exports[call["ExportArn"]], "ExportStatus": {"StatusCode": "HEALTHY"}}


@exports_service.action("UpdateExport")
def update_export(call: Call) -> Json:
    """Replaces what the call names."""
    exports[call["ExportArn"]].update(call["Export"])
    return {"ExportArn": call["ExportArn"]}


@exports_service.action("DeleteExport")
def delete_export(call: Call) -> Json:
    """Forgets the export."""
    exports.pop(call["ExportArn"], None)
    return {"ExportArn": call["ExportArn"]}
