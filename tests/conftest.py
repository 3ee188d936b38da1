"""How hard hypothesis tries: `everyday` by default, `pytest --hypothesis-profile=thorough` to search for long.

On CI every run draws the same examples, so that a change is judged and not luck; the search for new ones is done
where somebody is there to read what was found.
"""

import os

from hypothesis import settings

settings.register_profile(
    "everyday", deadline=None, max_examples=100, derandomize=bool(os.environ.get("CI")), print_blob=True
)
settings.register_profile("thorough", deadline=None, max_examples=3000)
settings.load_profile("everyday")
