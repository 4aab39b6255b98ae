"""HTML by hand: everything escaped, one file, nothing loaded from anywhere."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from functools import cache
from importlib import resources
from string import Template


def esc(words: object) -> str:
    """Return words as HTML text, also safe inside quotes; report text is hostile."""
    return html.escape(str(words), quote=True)


def data(value: object) -> str:
    """Return a value as JSON that can stand inside a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def document(name: str, values: dict[str, str]) -> str:
    """Return the page `name`.html filled in, with the style and script of that name inside.

    The page allows no script but its own (by its hash) and no connection at all, so that even
    text that slipped through unescaped could do nothing.
    """
    script, style = (
        _file("common.js") + _file(f"{name}.js"),
        _file("common.css") + _file(f"{name}.css"),
    )
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'"
    )
    return Template(_file(f"{name}.html")).substitute(
        values, policy=policy, style=style, script=script
    )


@cache
def _file(name: str) -> str:
    path = resources.files("jiping.output") / name
    return path.read_text(encoding="utf-8").replace("\r\n", "\n")
