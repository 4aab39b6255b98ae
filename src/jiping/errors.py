"""The errors this package raises on purpose.

JipingError
├── UnreadableInput    a file that cannot be turned into text
├── NotAReport         a text that is no performance report
├── BadAnnotation      a gold file or Label Studio export that breaks the codebook
├── BadModel           a model directory that is incomplete or does not fit this version
├── BadSettings        a settings file or argument that cannot be used
└── MissingExtra       an optional dependency is not installed

Messages are for the people who use the tool, so those of inputs are Chinese; codes are stable.
"""

from __future__ import annotations


class JipingError(Exception):
    """Base class. `code` is stable and goes into output files; `str()` is for people."""

    code = "error"


class UnreadableInput(JipingError):
    """A file that cannot be turned into text: broken, locked, too big, of no known format."""

    code = "unreadable"


class NotAReport(JipingError):
    """A text that is no performance report, such as a work report or an audit report."""

    code = "not_a_report"


class BadAnnotation(JipingError):
    """A gold file or Label Studio export that breaks the codebook."""

    code = "bad_annotation"


class BadModel(JipingError):
    """A model directory that is incomplete or does not fit this version."""

    code = "bad_model"


class BadSettings(JipingError):
    """A settings file or argument that cannot be used."""

    code = "bad_settings"


class MissingExtra(JipingError):
    """An optional dependency is not installed."""

    code = "missing_extra"

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f"需要 {package}，请先运行：pip install 'jiping[{extra}]'")
