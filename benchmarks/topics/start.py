"""What `import` costs: every command, test and CI job pays it."""

from collections.abc import Iterator

from benchmarks.clock import python
from benchmarks.row import Row, at_most_slower

PYDANTIC = "from pydantic import BaseModel"
# The package loads what is asked for: this is what a stack asks for.
STACK = "from aicost_iac import App, CostTags, SpotTrainingFleet, Stack"


def rows() -> Iterator[Row]:
    nothing = python("-c", "pass")
    pydantic = python("-c", PYDANTIC) - nothing
    door = python("-c", "import aicost_iac") - nothing
    yield Row("import aicost_iac", door, PYDANTIC, pydantic, at_most_slower(1.5))
    yield Row(STACK, python("-c", STACK) - nothing, PYDANTIC, pydantic)
