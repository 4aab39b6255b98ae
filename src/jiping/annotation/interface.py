"""The labelling interface of Label Studio: its controls, in Chinese, made from the codebook.

Regions are statements. What is stored in a result are the Chinese names; `keyed` leads back to
the keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from xml.etree import ElementTree as ET

from jiping.labels import AREAS, CLARITY, KINDS, SECTIONS

# Names of the controls; `text` is the object they label.
TEXT: Final = "text"
KIND: Final = "kind"
SECTION: Final = "section"
AREA: Final = "areas"
FIRST_AREA: Final = "first_area"
CLEAR: Final = "clarity"
SAME: Final = "same_item"
# The choice by which a statement goes on with the item of the statement of its kind before it.
GOES_ON: Final = "接上一条"
ANSWERED_BY: Final = "由此措施回应"
_COLOURS: Final = {
    "heading": "#8c8c8c",
    "problem": "#cf1322",
    "measure": "#389e0d",
    "target": "#1d39c4",
    "result": "#d48806",
    "finance": "#08979c",
    "other": "#bfbfbf",
}


def keyed(labels: Mapping[str, str], name: str) -> str | None:
    """Return the key of a Chinese name, None for a name that the codebook does not have."""
    return next((key for key, told in labels.items() if told == name), None)


def labelling_interface() -> str:
    """Return the labelling configuration as XML."""
    view = ET.Element("View", style="display:flex; gap:12px")
    left = ET.SubElement(view, "View", style="flex:65%; max-height:85vh; overflow:auto")
    right = ET.SubElement(view, "View", style="flex:35%")
    relations = ET.SubElement(view, "Relations")
    ET.SubElement(relations, "Relation", value=ANSWERED_BY)
    labels = ET.SubElement(left, "Labels", name=KIND, toName=TEXT, showInline="true")
    for key, name in KINDS.items():
        ET.SubElement(labels, "Label", value=name, background=_COLOURS[key])
    ET.SubElement(left, "Text", name=TEXT, value=f"${TEXT}", granularity="symbol")
    _choices(right, SECTION, "章节", SECTIONS.values(), required="true", layout="select")
    _choices(
        right,
        SAME,
        "与上一个同类陈述同属一项",
        [GOES_ON],
        kinds="问题,改进措施,目标",
        choice="multiple",
    )
    _choices(
        right, AREA, "领域（一至四个）", AREAS.values(), kinds="问题,改进措施", choice="multiple"
    )
    _choices(
        right,
        FIRST_AREA,
        "首要领域（多于一个时）",
        AREAS.values(),
        kinds="问题,改进措施",
        layout="select",
    )
    _choices(right, CLEAR, "清晰度", CLARITY.values(), kinds="目标")
    ET.indent(view)
    return ET.tostring(view, encoding="unicode")


def _choices(
    view: ET.Element, name: str, title: str, values: Iterable[str], *, kinds: str = "", **more: str
) -> None:
    """Add a control that is asked of each region, or of regions of `kinds` only."""
    box = ET.SubElement(view, "View", visibleWhen="region-selected")
    ET.SubElement(box, "Header", value=title, size="5")
    told: dict[str, Any] = {"name": name, "toName": TEXT, "perRegion": "true"} | more
    if kinds:
        told |= {"whenTagName": KIND, "whenLabelValue": kinds}
    control = ET.SubElement(box, "Choices", told)
    for value in values:
        ET.SubElement(control, "Choice", value=value)
