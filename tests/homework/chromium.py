"""A page in a real browser: measured in a frame of a given width, and printed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zlib
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Final

PROGRAM: Final = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WRAPPER: Final = """<!DOCTYPE html><body style="margin:0">
<iframe id="page" src="{page}" style="width:{width}px;height:900px;border:0"></iframe><pre id="found"></pre>
<script>
page.onload = () => {{
  const doc = page.contentDocument, root = doc.documentElement, wide = [];
  for (const each of doc.querySelectorAll("body *")) {{
    const box = each.getBoundingClientRect();
    const isOut = box.right > root.clientWidth + 0.5 || box.left < -0.5;
    if (isOut) wide.push(each.tagName + " " + each.textContent.slice(0, 60));
  }}
  const style = getComputedStyle(doc.querySelector("body"));
  const tall = doc.querySelector("math msup");
  found.textContent = JSON.stringify({{
    width: root.clientWidth, scrolls_to: root.scrollWidth, standing_out: wide, paper: style.backgroundColor,
    ink: style.color, formulas: doc.querySelectorAll("math").length,
    raised: tall ? tall.getBoundingClientRect().height : 0,
  }});
}};
</script></body>
"""


@dataclass(frozen=True)
class Measures:
    """A page in a window: how wide the window is and how far the page scrolls, in pixels; what stands out of it; its
    colours; how many formulas it has, and how high the first power is."""

    width: float
    scrolls_to: float
    standing_out: list[str]
    paper: str
    ink: str
    formulas: int
    raised: float


def run(folder: Path, *arguments: str) -> str:
    """What Chromium prints."""
    assert PROGRAM is not None
    quiet = ["--no-first-run", "--disable-background-networking", "--disable-gpu", "--no-sandbox"]
    profile = f"--user-data-dir={folder / 'profile'}"
    command = [PROGRAM, "--headless", *quiet, profile, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


def measured(folder: Path, page: Path, width: int, *, dark: bool = False) -> Measures:
    """A page in a window of this width."""
    wrapper = folder / f"wrapper{width}.html"
    wrapper.write_text(WRAPPER.format(page=page.as_uri(), width=width), encoding="utf-8")
    scheme = [f"--blink-settings=preferredColorScheme={0 if dark else 1}"]
    dumped = run(folder, *scheme, "--allow-file-access-from-files", "--dump-dom", wrapper.as_uri())
    found = re.search(r'<pre id="found">(.*?)</pre>', dumped, re.DOTALL)
    assert found is not None, dumped[:500]
    return Measures(**json.loads(unescape(found[1])))


def printed(folder: Path, page: Path) -> list[int]:
    """How many characters stand on each page of a print."""
    file = folder / "print.pdf"
    run(folder, "--no-pdf-header-footer", f"--print-to-pdf={file}", page.as_uri())
    data = file.read_bytes()
    objects = {int(number): body for number, body in re.findall(rb"(\d+) 0 obj\n(.*?)\nendobj", data, re.DOTALL)}
    pages = [body for body in objects.values() if b"/Type /Page\n" in body or b"/Type /Page/" in body]
    return [_characters(objects, body) for body in pages]


def _characters(objects: dict[int, bytes], page: bytes) -> int:
    """The characters that a page shows: two bytes each, in hexadecimal."""
    number = re.search(rb"/Contents (\d+) 0 R", page)
    assert number is not None
    content = objects[int(number[1])]
    start = content.index(b"stream\n") + len(b"stream\n")
    drawn = zlib.decompressobj().decompress(content[start:])
    return sum(len(text) // 4 for text in re.findall(rb"<([0-9A-Fa-f]+)>", drawn))
