"""Files as they come out of a bad merge, a cut-off download or somebody hostile: mutations of sound ones."""

import random
from collections.abc import Callable, Sequence

# What the languages give a meaning to, and what text must not hold.
_SIGNS = tuple("{}[]()\"'`$\\#-?:|>!~@")
_WORDS = (
    *("${", "%{", "$(", "//", "/*", "*/", "&a", "*a", "!x", "!!binary", "null", "true", "NaN", "-.inf", "1e999", "0x"),
    *("1:30", "**", "...", "lambda:", "f'{", "jsonencode(", "merge(", "resource", "provider", "each.value", '"//":7,'),
)
_SALT: Sequence[str] = (
    *_SIGNS,
    *_WORDS,
    *("<<EOF\n", "<<: *a\n", "---\n", "...\n", "- ", "? ", ": ", "\t", "\r", "\n", "\n\n", "\0", "\x85", "9" * 40),
    *("\u2028", "\ufeff", "\ud800", "\U0001f600", "é", "for x in y : ", "count = 0\n", "# aicost:ignore\n"),
    "apiVersion: v1\nkind: List\nitems:\n",
)


def mutated(text: str, chance: random.Random) -> str:
    """The text after one to eight changes."""
    for _ in range(chance.randint(1, 8)):
        text = chance.choice(_CHANGES)(text, chance)
    return text


def _insert(text: str, chance: random.Random) -> str:
    at = chance.randint(0, len(text))
    return text[:at] + chance.choice(_SALT) + text[at:]


def _cut(text: str, chance: random.Random) -> str:
    start = chance.randint(0, len(text))
    return text[:start] + text[min(len(text), start + chance.randint(1, 40)) :]


def _truncate(text: str, chance: random.Random) -> str:
    return text[: chance.randint(0, len(text))]


def _repeat(text: str, chance: random.Random) -> str:
    start = chance.randint(0, len(text))
    end = min(len(text), start + chance.randint(1, 200))
    return text[:end] + text[start:end] * chance.randint(1, 30) + text[end:]


def _swap_lines(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines)


def _replace_value(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    words[chance.randrange(len(words))] = chance.choice(_SALT)
    return " ".join(words)


def _nest(text: str, chance: random.Random) -> str:
    at = chance.randint(0, len(text))
    opening = chance.choice(("[", "{", "(", "- ", '{"a":', "${", "$(", "a {\n", "!"))
    return text[:at] + opening * chance.choice((5, 60, 2000)) + text[at:]


_CHANGES: Sequence[Callable[[str, random.Random], str]] = (
    *(_insert, _insert, _cut, _truncate, _repeat, _swap_lines, _replace_value, _replace_value, _nest),
)
