"""The provider's endpoint keys of the services that this project describes; both major versions 5 and 6 have them."""

ENDPOINT_KEYS = (
    "applicationautoscaling", "autoscaling", "batch", "bcmdataexports", "budgets", "ce", "cloudwatch",
    "cloudwatchevents", "cloudwatchlogs", "computeoptimizer", "configservice", "costoptimizationhub", "cur",
    "dynamodb", "ec2", "ecr", "ecs", "efs", "eks", "elasticache", "elbv2", "fsx", "iam", "kinesis", "kms", "lambda",
    "organizations", "pricing", "ram", "resourcegroups", "resourcegroupstaggingapi", "s3", "s3control", "sagemaker",
    "scheduler", "secretsmanager", "servicequotas", "sfn", "sns", "sqs", "ssm", "sts",
)  # fmt: skip
