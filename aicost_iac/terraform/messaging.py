"""Topics that people hear of, queues that programs read, and the events that lead there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aicost_iac.expr import Text, json_document, template
from aicost_iac.plan import Resource
from aicost_iac.terraform.iam import policy_document, service_role
from aicost_iac.terraform.tagging import Tags

# Longer than a weekend: what nobody read on Friday is still there on Monday.
_KEEP_SECONDS = 14 * 86_400


@dataclass(frozen=True, slots=True)
class Publishers:
    """AWS services that may publish to a topic, for resources of one account only."""

    services: Sequence[str]
    account: Text
    partition: str

    @property
    def principal(self) -> dict[str, Any]:
        return {"Service": list(self.services)}

    @property
    def condition(self) -> dict[str, Any]:
        return {"StringEquals": {"aws:SourceAccount": self.account}}


def account(name: str) -> Resource:
    """The account a plan is applied in."""
    return Resource("aws_caller_identity", name, {}, "data")


def encrypted_topic(
    name: str, topic_name: str, publishers: Publishers, emails: Sequence[str], tags: Tags
) -> list[Resource]:
    """The topic first, then its key, its policy and its subscribers.

    Services publish to an encrypted topic only under a customer key whose policy lets them; with the AWS managed key
    their messages are dropped without a word: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    """
    key = _topic_key(f"{name}_key", topic_name, publishers, tags)
    topic = Resource("aws_sns_topic", name, {"name": topic_name, "kms_master_key_id": key.ref("arn"), "tags": tags})
    publish = {
        "Effect": "Allow",
        "Principal": publishers.principal,
        "Action": "sns:Publish",
        "Resource": topic.ref("arn"),
        "Condition": publishers.condition,
    }
    policy = Resource(
        "aws_sns_topic_policy", f"{name}_policy", {"arn": topic.ref("arn"), "policy": policy_document([publish])}
    )
    subscriptions = [
        Resource(
            "aws_sns_topic_subscription",
            f"{name}_email_{index}",
            {"topic_arn": topic.ref("arn"), "protocol": "email", "endpoint": email},
        )
        for index, email in enumerate(emails, 1)
    ]
    return [topic, key, policy, *subscriptions]


def slack_channel(
    name: str, configuration: str, workspace_id: str, channel_id: str, topics: Sequence[Text], tags: Tags
) -> list[Resource]:
    """Messages of topics in a Slack channel. The role can do nothing: the channel only reads.

    https://docs.aws.amazon.com/chatbot/latest/adminguide/slack-setup.html
    """
    role = service_role(f"{name}_role", f"{configuration}-slack", "chatbot.amazonaws.com", tags, "Reads messages")
    body = {
        "configuration_name": configuration,
        "iam_role_arn": role.ref("arn"),
        "slack_team_id": workspace_id,
        "slack_channel_id": channel_id,
        "sns_topic_arns": list(topics),
        "logging_level": "ERROR",
        "tags": tags,
    }
    return [role, Resource("aws_chatbot_slack_channel_configuration", name, body)]


def queue_with_dead_letters(name: str, queue_name: str, tags: Tags) -> tuple[Resource, Resource]:
    """A queue, and where its messages go after five failed receipts; encrypted by SQS."""
    common = {"message_retention_seconds": _KEEP_SECONDS, "sqs_managed_sse_enabled": True, "tags": tags}
    dead = Resource("aws_sqs_queue", f"{name}_dead", {"name": f"{queue_name}-dead", **common})
    redrive = json_document({"deadLetterTargetArn": dead.ref("arn"), "maxReceiveCount": 5})
    queue = Resource("aws_sqs_queue", name, {"name": queue_name, "redrive_policy": redrive, **common})
    return queue, dead


def event_rule(name: str, rule_name: str, pattern: Mapping[str, Any], tags: Tags, text: str) -> Resource:
    """An EventBridge rule on the default bus."""
    body = {"name": rule_name, "description": text, "event_pattern": json_document(pattern), "tags": tags}
    return Resource("aws_cloudwatch_event_rule", name, body)


def rules_to_queue(name: str, rules: Sequence[Resource], queue: Resource) -> list[Resource]:
    """The rules' targets, and the policy that lets these rules, and nobody else, send to the queue."""
    targets = [
        Resource(
            "aws_cloudwatch_event_target", f"{rule.name}_target", {"rule": rule.ref("name"), "arn": queue.ref("arn")}
        )
        for rule in rules
    ]
    send = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue.ref("arn"),
        "Condition": {"ArnEquals": {"aws:SourceArn": [rule.ref("arn") for rule in rules]}},
    }
    policy = {"queue_url": queue.ref("id"), "policy": policy_document([send])}
    return [*targets, Resource("aws_sqs_queue_policy", f"{name}_policy", policy)]


def _topic_key(name: str, topic_name: str, publishers: Publishers, tags: Tags) -> Resource:
    root = template(f"arn:{publishers.partition}:iam::", publishers.account, ":root")
    owner = {"Effect": "Allow", "Principal": {"AWS": root}, "Action": "kms:*", "Resource": "*"}
    publish = {
        "Effect": "Allow",
        "Principal": publishers.principal,
        "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
        "Resource": "*",
        "Condition": publishers.condition,
    }
    body = {
        "description": f"Messages of the topic {topic_name}",
        "enable_key_rotation": True,
        "policy": policy_document([owner, publish]),
        "tags": tags,
    }
    return Resource("aws_kms_key", name, body)
