"""Text of images by RapidOCR, whose package carries its models: nothing is downloaded."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

import numpy as np

from jiping.errors import MissingExtra, UnreadableInput
from jiping.reading.draft import Draft

# Boxes whose middles lie closer than this share of their height stand in one line.
_SAME_LINE = 0.5
# Wider gaps than this many character heights part table cells.
_CELL_GAP = 2.0
_MAX_PIXELS = 100_000_000


def recognise(image: Any) -> str:
    """Return the text of an image (height, width, 3; uint8), lines from top to bottom.

    Raises MissingExtra without jiping[ocr].
    """
    found, _ = _engine()(image)
    return _lines([(np.asarray(box), text) for box, text, _ in found or []])


def image(data: bytes, name: str) -> Draft:
    """Read a picture of a page. Raises UnreadableInput if it is broken or shows no text."""
    try:
        from PIL import Image
    except ImportError as error:
        raise MissingExtra("pillow", "ocr") from error
    draft = Draft()
    draft.ocr = True
    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > _MAX_PIXELS:
                raise UnreadableInput(f"{name}：图片过大；请缩小到 1 亿像素以内后重试")
            pixels = np.asarray(picture.convert("RGB"))
    except (OSError, Image.DecompressionBombError) as error:
        raise UnreadableInput(f"{name}：图片已损坏或格式不支持；请重新扫描后重试") from error
    draft.add(recognise(pixels))
    if not draft.length:
        raise UnreadableInput(f"{name}：图片里没有认出文字；请提供更清晰的扫描件或电子原件")
    draft.add("\n")
    return draft


@cache
def _engine() -> Any:
    try:
        from rapidocr_onnxruntime import RapidOCR
    except ImportError as error:
        raise MissingExtra("rapidocr-onnxruntime", "ocr") from error
    return RapidOCR()


def _lines(boxes: list[tuple[Any, str]]) -> str:
    """Order boxes into lines; boxes far apart in a line are cells, parted by a tab."""
    lines: list[list[tuple[Any, str]]] = []
    for box, text in sorted(boxes, key=lambda found: float(found[0][:, 1].mean())):
        if lines and _is_beside(lines[-1][-1][0], box):
            lines[-1].append((box, text))
        else:
            lines.append([(box, text)])
    return "\n".join(map(_line, lines))


def _is_beside(left: Any, right: Any) -> bool:
    height = float(np.ptp(left[:, 1]))
    return abs(float(left[:, 1].mean() - right[:, 1].mean())) < _SAME_LINE * height


def _line(boxes: list[tuple[Any, str]]) -> str:
    boxes = sorted(boxes, key=lambda found: float(found[0][:, 0].min()))
    pieces = [boxes[0][1]]
    for (left, _), (right, text) in zip(boxes, boxes[1:], strict=False):
        gap = float(right[:, 0].min() - left[:, 0].max())
        pieces.append(("\t" if gap > _CELL_GAP * float(np.ptp(left[:, 1])) else "") + text)
    return "".join(pieces)
