"""The page in headless Chromium, without a network: it draws the ranges where the figures say."""

from __future__ import annotations

import shutil
import struct
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cost.test_report import FOUND, budget, fleet, pipeline, shown, slices

pytestmark = pytest.mark.heavy

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDTH, HEIGHT = 1280, 2400
Pixel = tuple[int, int, int]
FLOOR, SPAN, MARK = (0x1F, 0x5F, 0xA8), (0xA9, 0xC8, 0xEA), (0xD1, 0x49, 0x5B)


@pytest.fixture(scope="module")
def browser() -> str:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium on PATH (Debian: apt-get install chromium): the page is not looked at")
    return found


def screenshot(browser: str, written: str, folder: Path) -> list[list[Pixel]]:
    """The page's pixels. Every name resolves to nothing: what it would load, it would lack."""
    page, picture = folder / "report.html", folder / "report.png"
    page.write_text(written, encoding="utf-8")
    switches = (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        "--host-resolver-rules=MAP * ~NOTFOUND",
    )
    told = (f"--user-data-dir={folder}/profile", f"--screenshot={picture}", f"--window-size={WIDTH},{HEIGHT}")
    command = [browser, *switches, *told, page.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return pixels(picture.read_bytes())


def pixels(png: bytes) -> list[list[Pixel]]:
    """Rows of an 8-bit RGB or RGBA image. https://www.w3.org/TR/png-3/#9Filters"""
    chunks = dict(_chunks(png))
    width, _, depth, colour = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    assert depth == 8
    size = {2: 3, 6: 4}[colour]
    data, stride = zlib.decompress(chunks[b"IDAT"]), width * size + 1
    rows: list[list[Pixel]] = []
    before = bytes(stride - 1)
    for start in range(0, len(data), stride):
        before = _unfiltered(data[start], data[start + 1 : start + stride], before, size)
        rows.append([(before[at], before[at + 1], before[at + 2]) for at in range(0, len(before), size)])
    return rows


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    held = bytearray()
    position = 8
    while position < len(png):
        length, kind = struct.unpack(">I4s", png[position : position + 8])
        body = png[position + 8 : position + 8 + length]
        if kind == b"IDAT":
            held += body
        else:
            yield kind, body
        position += length + 12
    yield b"IDAT", bytes(held)


def _unfiltered(kind: int, line: bytes, above: bytes, size: int) -> bytes:
    made = bytearray(line)
    for at in range(len(made)):
        left = made[at - size] if at >= size else 0
        corner = above[at - size] if at >= size else 0
        predicted = (0, left, above[at], (left + above[at]) // 2, _paeth(left, above[at], corner))[kind]
        made[at] = (made[at] + predicted) & 0xFF
    return bytes(made)


def _paeth(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    return min((left, above, corner), key=lambda each: abs(guess - each))


def runs(row: list[Pixel], colour: Pixel) -> list[tuple[int, int]]:
    """Where a colour begins and how far it goes, pieces of three pixels and more."""
    found, start = [], None
    for at, pixel in enumerate([*row, (0, 0, 0)]):
        if pixel == colour and start is None:
            start = at
        elif pixel != colour and start is not None:
            if at - start >= 3:
                found.append((start, at - start))
            start = None
    return found


def test_a_bar_is_as_long_as_its_figures(browser: str, tmp_path: Path) -> None:
    """One on demand at the floor, four expected and eight at most, of the same machine: an eighth, a half, a whole."""
    from tests.cost.plans import mixed, template

    group = mixed({"g6e.xlarge": None}, sizes=(1, 4, 8), percent=100)
    seen = screenshot(browser, shown(template(), group), tmp_path)
    bars = [row for row in seen if len(runs(row, SPAN)) == 2 and runs(row, FLOOR) and runs(row, MARK)]
    assert bars, "no bar is drawn"
    row = bars[0]
    [(begin, floor)], [(mark, _)] = runs(row, FLOOR), runs(row, MARK)
    last, width = runs(row, SPAN)[-1]
    whole = last + width - begin
    assert whole > 200
    assert abs(floor / whole - 1 / 8) < 0.01
    assert abs((mark + 1.5 - begin) / whole - 1 / 2) < 0.01


def test_every_section_is_drawn_and_differs_from_a_page_without_it(browser: str, tmp_path: Path) -> None:
    whole = screenshot(browser, shown(*fleet(), *slices(), *pipeline(), *budget(), findings=FOUND), tmp_path)
    assert (len(whole), len(whole[0])) == (HEIGHT, WIDTH)
    inked = {colour: sum(row.count(colour) for row in whole) for colour in (FLOOR, SPAN, MARK, (0xFB, 0xE9, 0xEB))}
    assert all(count > 100 for count in inked.values()), inked
    empty = screenshot(browser, shown(), tmp_path)
    assert sum(row.count(SPAN) for row in empty) == 0
    assert _last_inked(whole) > _last_inked(empty) + 500


def test_seven_slices_stand_side_by_side(browser: str, tmp_path: Path) -> None:
    seen = screenshot(browser, shown(*slices()), tmp_path)
    boards = [row for row in seen if len([run for run in runs(row, FLOOR) if run[1] > 60]) == 7]
    assert len(boards) > 10


def _last_inked(seen: list[list[Pixel]]) -> int:
    return max(at for at, row in enumerate(seen) if any(pixel != (255, 255, 255) for pixel in row))
