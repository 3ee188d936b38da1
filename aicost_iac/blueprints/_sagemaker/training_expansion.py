"""A training job's resources, in the order they refer to each other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aicost_iac.blueprints._sagemaker import launchers, permissions, training_cost, training_states
from aicost_iac.blueprints._sagemaker.instances import known_type
from aicost_iac.blueprints._sagemaker.training_request import Place, Run, request, run_of
from aicost_iac.errors import InvalidBlueprint, Problem, UnknownName
from aicost_iac.expr import Text, template
from aicost_iac.plan import Output, Plan, Resource
from aicost_iac.terraform import iam, logs, requests, s3, sagemaker, scheduler, stepfunctions
from aicost_iac.terraform.messaging import Publishers, account, encrypted_topic
from aicost_iac.terraform.tagging import Tags
from aicost_iac.terraform.versions import always

if TYPE_CHECKING:
    from aicost_iac.blueprints.managed_spot_training import ManagedSpotTraining
    from aicost_iac.model import Context

_JOB_LOGS = "/aws/sagemaker/TrainingJobs"
_REASON = "a job is an event, not a thing that stays: send it once for each run, or start the state machine"


def expand(training: ManagedSpotTraining, context: Context) -> Plan:
    """Bucket and roles; the request; the state machine, its log, topic and schedule; the launchers."""
    tags = context.tags.keys()
    bucket = _bucket(training, context.partition, tags)
    where = training.checkpoint_bucket or bucket[0].ref("id")
    image = _image(training, context.region)
    role = _role(training, where, image, context.partition, tags)
    role_arn = training.role_arn or role[0].ref("arn")
    place = Place(role_arn, where, image, tags)
    topic = _topic(training, context.partition, tags)
    topic_arn = training.notify_topic_arn or topic[1].ref("arn")
    run = run_of(training)
    held = requests.resource(
        training.named("create_training_job"),
        requests.Request("sagemaker", "CreateTrainingJob", request(training, place, run), _REASON),
        training_cost.of_request(training, context.region),
    )
    machine = _machine(training, place, topic_arn, topic, context)
    job = _job(training, request(training, place, run), role, context, tags)
    outputs = {**_outputs(machine[0], role_arn, where, topic_arn), "request": requests.output(held)}
    written = launchers.files(training, place, training.named("request"))
    resources = (*bucket, *role, held, *topic, *machine, *job)
    return Plan(resources, outputs=outputs, external=training.reads(), files=tuple(written))


def _bucket(training: ManagedSpotTraining, partition: str, tags: Tags) -> list[Resource]:
    if training.checkpoint_bucket is not None:
        return []
    # S3 adds 26 characters to a prefix, and takes 63 in all.
    prefix = f"{training.name[:26]}-training-"
    key = training.bucket_kms_key_arn
    return s3.private_bucket(training.named("bucket"), prefix, partition, tags, training.keep_days, key)


def _image(training: ManagedSpotTraining, region: str) -> Text:
    if training.framework is None:
        assert training.image is not None
        return training.image
    kind = known_type(training.instance_type)
    assert kind is not None
    try:
        return training.framework.image(region, kind)
    except UnknownName as unknown:
        problem = Problem("framework", str(unknown), region, "give image= one that you keep in this region")
        raise InvalidBlueprint(f"ManagedSpotTraining {training.name!r}", [problem]) from unknown


def _role(training: ManagedSpotTraining, bucket: Text, image: Text, partition: str, tags: Tags) -> list[Resource]:
    """The containers' role and its policy, or nothing when one is given."""
    if training.role_arn is not None:
        return []
    text = f"Containers of the training job {training.name}"
    role = iam.service_role(training.named("role"), f"{training.name}-training", "sagemaker.amazonaws.com", tags, text)
    sources = [channel.s3_uri for channel in training.channels.values()]
    sources += [training.source_s3_uri] if training.source_s3_uri is not None else []
    statements = [
        *permissions.logs_and_metrics(partition, _JOB_LOGS),
        *permissions.pull(partition, image),
        *permissions.read(partition, sources),
        *permissions.write(partition, bucket, f"{training.name}/"),
        *permissions.keys((training.bucket_kms_key_arn, training.output_kms_key)),
        *permissions.keys((training.volume_kms_key,), "kms:CreateGrant"),
        *([permissions.network()] if training.vpc is not None else []),
    ]
    return [role, iam.role_policy(training.named("work"), "work", role, statements)]


def _topic(training: ManagedSpotTraining, partition: str, tags: Tags) -> list[Resource]:
    """The account, then the job's own topic; or nothing when one is given."""
    if training.notify_topic_arn is not None:
        return []
    where = account(training.named("account"))
    publishers = Publishers(("states.amazonaws.com",), where.ref("account_id"), partition)
    name = f"{training.name}-training"
    return [where, *encrypted_topic(training.named("topic"), name, publishers, training.notify_emails, tags)]


def _machine(
    training: ManagedSpotTraining,
    place: Place,
    topic_arn: Text,
    topic: list[Resource],
    context: Context,
) -> list[Resource]:
    """The state machine first, then its log, its role and its schedule."""
    name = f"{training.name}-training"
    log = logs.log_group(training.named("log"), f"/aws/vendedlogs/states/{name}", training.log_days, place.tags)
    text = f"Runs the training job {training.name}"
    role = iam.service_role(training.named("machine_role"), f"{name}-machine", "states.amazonaws.com", place.tags, text)
    key = [_topic_key(topic)] if topic else []
    policy = iam.role_policy(
        training.named("machine_work"),
        "work",
        role,
        [
            *stepfunctions.runs_training_jobs(context.partition, f"{training.name}-", place.role),
            iam.allow(["sns:Publish"], [topic_arn]),
            *key,
            stepfunctions.log_delivery(),
        ],
    )
    definition = _definition(training, place, topic_arn, context.partition)
    # AWS checks the role when the machine is made.
    after = {"depends_on": [policy.address]}
    made = stepfunctions.state_machine(training.named("machine"), name, role, definition, log, place.tags, **after)
    machine = replace(made, assume=training_cost.of_machine(training, context.region))
    return [machine, log, role, policy, *_schedule(training, machine, place.tags)]


def _topic_key(topic: list[Resource]) -> iam.Statement:
    """Publishing to an encrypted topic takes its key."""
    [key] = [each for each in topic if each.type == "aws_kms_key"]
    return iam.allow(["kms:Decrypt", "kms:GenerateDataKey"], [key.ref("arn")])


def _definition(training: ManagedSpotTraining, place: Place, topic_arn: Text, partition: str) -> dict[str, Any]:
    """The machine with the request of each market in it; names and prefixes are the execution's."""
    execution = Run(f"{training.name}-", f"{training.name}/", spot=True)
    stem = f"/{training.name}/{{}}/"
    checkpoints = template("States.Format('s3://", place.bucket, f"{stem}checkpoints/', $$.Execution.Name)")
    output = template("States.Format('s3://", place.bucket, f"{stem}output', $$.Execution.Name)")
    job = f"States.Format('{training.name}-{{}}', States.UUID())"

    def parameters(run: Run) -> dict[str, Any]:
        return training_states.parameters(request(training, place, run), job, checkpoints, output)

    on_spot = training.market == "spot"
    return training_states.Machine(
        partition,
        parameters(execution) if on_spot else None,
        parameters(execution.on_demand()) if training.on_demand_fallback or not on_spot else None,
        training.capacity,
        topic_arn,
    ).definition()


def _schedule(training: ManagedSpotTraining, machine: Resource, tags: Tags) -> list[Resource]:
    if training.schedule is None:
        return []
    name = f"{training.name}-training"
    text = f"Starts the training job {training.name}"
    role = iam.service_role(training.named("schedule_role"), f"{name}-schedule", "scheduler.amazonaws.com", tags, text)
    start = [iam.allow(["states:StartExecution"], [machine.ref("arn")])]
    policy = iam.role_policy(training.named("schedule_work"), "start", role, start)
    when = (training.schedule, training.timezone)
    return [role, policy, scheduler.schedule(training.named("schedule"), name, *when, machine, role, text)]


def _job(
    training: ManagedSpotTraining,
    made: dict[str, Any],
    role: list[Resource],
    context: Context,
    tags: Tags,
) -> list[Resource]:
    if not training.start_on_apply:
        return []
    if not always(context.provider_version, *sagemaker.TRAINING_JOB):
        needed = ".".join(map(str, sagemaker.TRAINING_JOB))
        reason = f"needs aws_sagemaker_training_job, which hashicorp/aws has from {needed} on"
        way_out = f'provider_version=">= {needed}, < 7" on the stack; or send the request in the output `request`'
        problem = Problem("start_on_apply", reason, context.provider_version, way_out)
        raise InvalidBlueprint(f"ManagedSpotTraining {training.name!r}", [problem])
    assume = training_cost.of_run(training, context.region)
    return [replace(sagemaker.training_job(training.named("job"), made, tags, role[1:]), assume=assume)]


def _outputs(machine: Resource, role: Text, bucket: Text, topic: Text) -> dict[str, Output]:
    start = template("aws stepfunctions start-execution --state-machine-arn ", machine.ref("arn"))
    return {
        "bucket": Output(bucket, "Where checkpoints and results lie"),
        "role_arn": Output(role, "What the containers may do: attach policies for what else they need"),
        "start": Output(start, "Train now"),
        "state_machine_arn": Output(machine.ref("arn"), "What trains"),
        "topic_arn": Output(topic, "Where failures and fallbacks are told"),
    }
