"""Which key of a trigger's metadata holds what: target, activation, and what an empty result counts as.

From KEDA's own table of its scalers, https://github.com/kedacore/keda/blob/main/schema/generated/scalers-schema.json.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

RESOURCES = frozenset({"cpu", "memory"})


@dataclass(frozen=True, slots=True)
class Scaler:
    """One trigger type. `targets` are the keys of its target, alternatives of which a trigger has one.

    `activation` is KEDA's default for the key of the metadata that begins with that word. `null` says what an empty
    result counts as where `ignoreNullValues` is not written: True is 0, False a failed read, None that the scaler has
    no such thing and fails.
    """

    targets: tuple[str, ...]
    default: float | None = None
    activation: float = 0
    null: bool | None = None


_VALUE, _QUERY = Scaler(("value",)), Scaler(("queryValue",))
_THRESHOLD, _TARGET = Scaler(("threshold",)), Scaler(("targetValue",))
_LAG, _TARGET_QUERY = Scaler(("lagThreshold",), 10), Scaler(("targetQueryValue",))
_LIST, _STREAM = Scaler(("listLength",), 5), Scaler(("lagCount", "streamLength", "pendingEntriesCount"), 5)
_SHARDS, _QUEUE = Scaler(("shardCount",), 2), Scaler(("queueLength",), 5)

SCALERS: Mapping[str, Scaler] = {
    "activemq": Scaler(("targetQueueSize",), 10),
    "apache-kafka": _LAG,
    "arangodb": _QUERY,
    "artemis-queue": Scaler(("queueLength",), 10, activation=10),
    "aws-cloudwatch": Scaler(("targetMetricValue",), null=True),
    "aws-dynamodb": _TARGET,
    "aws-dynamodb-streams": _SHARDS,
    "aws-kinesis-stream": _SHARDS,
    "aws-sqs-queue": _QUEUE,
    "azure-app-insights": Scaler(("targetValue",), null=False),
    "azure-blob": Scaler(("blobCount",), 5),
    "azure-data-explorer": _THRESHOLD,
    "azure-eventhub": Scaler(("unprocessedEventThreshold",), 64),
    "azure-log-analytics": _THRESHOLD,
    "azure-monitor": _TARGET,
    "azure-pipelines": Scaler(("targetPipelinesQueueLength",), 1),
    "azure-queue": _QUEUE,
    "azure-servicebus": Scaler(("messageCount",), 5),
    "beanstalkd": _VALUE,
    "cassandra": _TARGET_QUERY,
    "couchdb": _QUERY,
    "datadog": Scaler(("targetValue", "queryValue")),
    "dynatrace": _THRESHOLD,
    "elasticsearch": Scaler(("targetValue",), null=False),
    "etcd": _VALUE,
    "gcp-cloudtasks": Scaler(("value",), 100),
    "gcp-pubsub": Scaler(("value", "subscriptionSize"), 10),
    "gcp-stackdriver": Scaler(("targetValue",), 5),
    "gcp-storage": Scaler(("targetObjectCount",), 100),
    "github-runner": Scaler(("targetWorkflowQueueLength",), 1),
    "graphite": Scaler(("threshold",), 100),
    "huawei-cloudeye": Scaler(("targetMetricValue",)),
    "ibmmq": Scaler(("queueDepth",), 20),
    "influxdb": Scaler(("thresholdValue",)),
    "kafka": _LAG,
    "kubernetes-resource": _TARGET,
    "kubernetes-workload": _VALUE,
    "liiklus": _LAG,
    "loki": Scaler(("threshold",), null=True),
    "metrics-api": _TARGET,
    "mongodb": _QUERY,
    "mssql": _TARGET,
    "mysql": _QUERY,
    "nats-jetstream": _LAG,
    "new-relic": _THRESHOLD,
    "nsq": Scaler(("depthThreshold",), 10),
    "openstack-metric": _THRESHOLD,
    "openstack-swift": Scaler(("objectCount",), 2),
    "opensearch": Scaler(("targetValue",), null=False),
    "postgresql": _TARGET_QUERY,
    "predictkube": _THRESHOLD,
    "prometheus": Scaler(("threshold",), null=True),
    "pulsar": Scaler(("msgBacklogThreshold",), 10),
    "rabbitmq": Scaler(("value", "queueLength"), 20),
    "redis": _LIST,
    "redis-cluster": _LIST,
    "redis-cluster-streams": _STREAM,
    "redis-sentinel": _LIST,
    "redis-sentinel-streams": _STREAM,
    "redis-streams": _STREAM,
    "solace-event-queue": Scaler(("messageCountTarget", "messageSpoolUsageTarget", "messageReceiveRateTarget")),
    "solarwinds": _TARGET,
    "solr": _TARGET_QUERY,
    "splunk": _TARGET,
    "splunk-observability": _TARGET,
    "sumologic": _THRESHOLD,
    "temporal": Scaler(("targetQueueSize",), 5),
}
