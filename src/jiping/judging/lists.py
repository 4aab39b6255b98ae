"""Lists of parts behind a total: which figures are its parts, and whether they leave no rest."""

from __future__ import annotations

import csv
import functools
import re
from dataclasses import dataclass
from importlib import resources

from jiping.judging.arithmetic import same_unit
from jiping.judging.passages import Mark, Passage

_CLOSING = re.compile(r"^(?:其他|其它|其余|剩余|余下|另外|其余部分)")
# What opens a list behind the figure of the total.
_HEADS = re.compile(r"其中|具体为|包括|分别[为是]|分别用于|分为|^：")
_ENDS = re.compile(
    r"合计|共计|总计|小计|总[额数量支收]|累计|以上|预算数|执行|上年(?!结)|比|同期|^另|此外|同时|还有|[本全当]年(?!收入|支出)|实有"
)
_CARRIED = re.compile(r"年末|年初|结[转余]")
# Clauses that may stand between a total and its list: ，比上年…， ，执行率…， （…）
_ASIDE = re.compile(
    r"(?:（[^）]*）|，[^，。；ＡＮ]{0,12}Ｒ|[，（](?:同比|比|较|减少|增加|下降|增长)[^。；]{0,40}?){1,2}(?=[，；][^，。；ＡＮＲ]{0,6}(?:其中|分别))"
)
_NONE = re.compile(r"(?:没有|无|未发生|不存在)([^，。；、]{2,12}?)(?:费用?|支出)")
_LEVELS = ("中央", "省", "市", "县", "区", "镇")


@dataclass(frozen=True, slots=True)
class Parts:
    """A total's parts; `words` are those in front of each. `opener` is what opened the list."""

    marks: tuple[Mark, ...]
    words: tuple[str, ...]
    opener: str


@functools.cache
def complements() -> tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]:
    """Return the groups of complements.csv with the words that their totals need."""
    text = resources.files(__package__).joinpath("complements.csv").read_text(encoding="utf-8")
    rows = csv.DictReader((li for li in text.splitlines() if not li.startswith("#")), delimiter=";")
    return tuple((tuple(r["parts"].split()), re.compile(r["total"] or "")) for r in rows)


def parts_behind(passage: Passage, total: Mark) -> Parts | None:
    """Return the list of parts that begins behind `total`, None where none does."""
    text = passage.pattern
    end = text.find("\n", total.at)
    end = len(text) if end < 0 else end
    aside = _ASIDE.match(text, total.at + 1)
    begin = aside.end() if aside else total.at + 1
    following = [m for m in passage.marks if begin <= m.at < end]
    if not following:
        return None
    between = text[begin : following[0].at]
    opener = _HEADS.search(between)
    bracket = between.startswith("（")
    if opener is None and not bracket:
        return None
    if "。" in between:
        return None
    if bracket:
        close = text.find("）", total.at)
        following = [m for m in following if m.at < close]
    else:
        following = [
            m for m in following if text.count("（", begin, m.at) <= text.count("）", begin, m.at)
        ]
    if not following:
        return None
    between = text[begin : following[0].at]
    first = _strip(between[opener.end() if opener else 1 :])
    marks, words = _follow(passage, total, following, first)
    return Parts(tuple(marks), tuple(words), opener[0] if opener else "（") if marks else None


def _follow(
    passage: Passage, total: Mark, following: list[Mark], first: str
) -> tuple[list[Mark], list[str]]:
    """Walk over the figures of the list as long as they are of the total's unit."""
    marks, words, last = list[Mark](), list[str](), 0
    for mark in following:
        if mark.figure.unit == "%" and marks and "占" in passage.pattern[last + 1 : mark.at]:
            last = mark.at
            continue
        between = _strip(passage.pattern[last + 1 : mark.at]) if marks else first
        if (
            not same_unit(mark, total)
            or "。" in between
            or _ENDS.search(between)
            or len(between) > 30
        ):
            break
        if _CARRIED.search(between) and "总" not in passage.words(total):
            break
        if (
            marks
            and "；" in passage.pattern[last : mark.at]
            and len(marks) > 1
            and "；" not in passage.pattern[marks[0].at : last]
        ):
            break
        if (marks and re.search(r"其中|含|包括", between)) or re.search(
            r"\d(?!\d*[年月日])", between
        ):
            return [], []
        marks.append(mark)
        words.append(between)
        last = mark.at
    return marks, words


def _strip(words: str) -> str:
    return re.sub(r"（[^）]*）", "", words).strip("，、；：:（）和及 ")


def leave_no_rest(parts: Parts, label: str, behind: str) -> bool:
    """Return whether the text says that the parts are all of the total (codebook §5).

    `label` are the words in front of the total, `behind` those after the list: 无因公出国费用 closes a list too.
    """
    if len(parts.marks) < 2 or not all(m.figure.exact for m in parts.marks):
        return False
    if "分别" in parts.opener or "分为" in parts.opener or _CLOSING.search(parts.words[-1]):
        return True
    if parts.opener == "（":
        return not any(re.search(r"[每含均比]|以上|其中", w) for w in parts.words)
    words = (*parts.words, *_NONE.findall(behind))
    return any(
        _complete(group, words) and total.search(label) for group, total in complements()
    ) or _levels(parts, label)


def exceed(parts: Parts, total: Mark, label: str) -> bool:
    """Return whether parts that cannot overlap are more than the total, whatever the rest may be."""
    apart = any(_known(group, parts.words) and form.search(label) for group, form in complements())
    whole = total.figure.value + total.slack
    if not apart or len(parts.marks) < 2 or not all(m.figure.exact for m in parts.marks):
        return False
    return sum((m.figure.value - m.slack for m in parts.marks), -whole) > 0


def _complete(group: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Tell whether the words hold every part of the group and nothing else."""
    needed = [item for item in group if not item.startswith("?")]
    whole = all(any(k in w for k in item.split("|") for w in words) for item in needed)
    return whole and _known(group, words)


def _known(group: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Tell whether each of the words names another part of the group."""
    known = [item.lstrip("?").split("|") for item in group]
    named = [
        next((i for i, forms in enumerate(known) if any(k in w for k in forms)), None)
        for w in words
    ]
    return None not in named and len(set(named)) == len(named)


def _levels(parts: Parts, label: str) -> bool:
    """Tell whether the total names the very levels that are listed (中央和省级…其中中央…省级…)."""
    named = {level for level in _LEVELS if level in label}
    listed = {level for level in _LEVELS for w in parts.words if w.startswith(level)}
    return len(listed) == len(parts.marks) and (
        listed == named or {"中央", "省"} < listed or len(listed) > 2
    )
