"""The commands of a shell script, as words: what is literal in them, and what only the shell knows.

No shell is run and nothing is expanded. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# Around an expansion inside a word's text.
OPEN, CLOSE = "\ue000", "\ue001"
# Substitutions in substitutions, beyond which a script is no longer taken apart.
_MAX_DEPTH = 20

_BLANK = re.compile(r"(?:[ \t\r]|\\\n)+")
_PLAIN = re.compile(r"""[^\s;|&()<>'"\\$`]+""")
_IN_QUOTES = re.compile(r'[^"\\$`]+')
_NAME = re.compile(r"\$(?:[A-Za-z_]\w*|[0-9@*#?$!-])")
_HERE = re.compile(r"<<(-?)[ \t]*(['\"]?)([\w.-]+)\2")
_REDIRECTION = re.compile(r"[0-9]*(?:<<<|>>|>\||[<>]&?)")


@dataclass(frozen=True, slots=True)
class Word:
    """A word. Expansions stand in `text` between `OPEN` and `CLOSE`, as they are written; `start` is its offset."""

    text: str
    start: int

    @property
    def known(self) -> bool:
        return OPEN not in self.text


Command = list[Word]


@dataclass
class Reader:
    """Reads a script once from its start to its end, substitutions included."""

    script: str
    commands: list[Command] = field(default_factory=list)
    _position: int = 0
    _here: list[tuple[str, bool]] = field(default_factory=list)

    def read(self) -> list[Command]:
        """Every command, those inside substitutions before the one they stand in."""
        while self._position < len(self.script):
            self._commands(0)
            self._position += 1
        return self.commands

    def _commands(self, depth: int) -> None:
        """Up to the parenthesis that closes a substitution, or the end."""
        words: Command = []
        level = 0
        while self._position < len(self.script):
            letter = self.script[self._position]
            if blank := _BLANK.match(self.script, self._position):
                self._position = blank.end()
            elif letter == "#":
                self._to_line_end()
            elif letter in "\n;|&(":
                words = self._ended(words)
                level += letter == "("
                self._position += 1
                if letter == "\n":
                    self._pass_documents()
            elif letter == ")":
                if level == 0:
                    break
                words, level = self._ended(words), level - 1
                self._position += 1
            elif redirection := self._redirection():
                self._position = redirection
            else:
                words.append(self._word(depth))
        self._ended(words)

    def _ended(self, words: Command) -> Command:
        if words:
            self.commands.append(words)
        return []

    def _to_line_end(self) -> None:
        end = self.script.find("\n", self._position)
        self._position = len(self.script) if end < 0 else end

    def _redirection(self) -> int | None:
        """The end of a redirection with its target; the text of a here-document is passed over at the line's end."""
        if here := _HERE.match(self.script, self._position):
            self._here.append((here[3], here[1] == "-"))
            return here.end()
        found = _REDIRECTION.match(self.script, self._position)
        if found is None:
            return None
        blank = _BLANK.match(self.script, found.end())
        self._position = blank.end() if blank else found.end()
        if self._position < len(self.script) and self.script[self._position] not in "\n;|&()<>":
            self._word(_MAX_DEPTH)
        return self._position

    def _pass_documents(self) -> None:
        for end, indented in self._here:
            indent = r"[ \t]*" if indented else ""
            mark = re.compile(rf"^{indent}{re.escape(end)}[ \t]*$", re.MULTILINE)
            found = mark.search(self.script, self._position)
            self._position = found.end() if found else len(self.script)
        self._here.clear()

    def _word(self, depth: int) -> Word:
        start, parts = self._position, list[str]()
        while self._position < len(self.script) and (piece := self._piece(depth)) is not None:
            parts.append(piece)
        if self._position == start:
            self._position += 1
        return Word("".join(parts), start)

    def _piece(self, depth: int) -> str | None:
        letter = self.script[self._position]
        if plain := _PLAIN.match(self.script, self._position):
            self._position = plain.end()
            return plain[0]
        if letter == "'":
            return self._until("'")
        if letter == '"':
            return self._quoted(depth)
        if letter == "\\":
            self._position += 2
            escaped = self.script[self._position - 1 : self._position]
            return "" if escaped == "\n" else escaped
        return self._expansion(depth) if letter in "$`" else None

    def _until(self, end: str) -> str:
        start = self._position + 1
        found = self.script.find(end, start)
        self._position = len(self.script) if found < 0 else found + 1
        return self.script[start : self._position - 1 if found >= 0 else None]

    def _quoted(self, depth: int) -> str:
        self._position += 1
        parts: list[str] = []
        while self._position < len(self.script) and (letter := self.script[self._position]) != '"':
            if plain := _IN_QUOTES.match(self.script, self._position):
                parts.append(plain[0])
                self._position = plain.end()
            elif letter == "\\":
                escaped = self.script[self._position + 1 : self._position + 2]
                parts.append("" if escaped == "\n" else escaped if escaped in '"\\$`' else f"\\{escaped}")
                self._position += 2
            else:
                parts.append(self._expansion(depth))
        self._position += 1
        return "".join(parts)

    def _expansion(self, depth: int) -> str:
        """What stands after `$` or inside backquotes, as written and marked; commands in it are read."""
        start = self._position
        if self.script.startswith("$(", start):
            self._substitution(depth)
        elif self.script.startswith("${", start):
            self._position = start + 1
            self._until("}")
        elif name := _NAME.match(self.script, start):
            self._position = name.end()
        elif self.script[start] == "`":
            inside = self._until("`")
            inner = Reader(inside).read() if depth < _MAX_DEPTH else []
            self.commands += [[Word(word.text, word.start + start + 1) for word in words] for words in inner]
        else:
            self._position = start + 1
            return "$"
        return f"{OPEN}{self.script[start : self._position]}{CLOSE}"

    def _substitution(self, depth: int) -> None:
        self._position += 2
        if depth < _MAX_DEPTH:
            self._commands(depth + 1)
        else:
            self._until(")")
            return
        self._position += 1
