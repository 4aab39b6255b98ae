"""Title, unit, year, kind and region of a report: found in the text, never guessed."""

from __future__ import annotations

import csv
import re
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import Final

from jiping.reading.refusal import refuse as refuse
from jiping.reading.source import Source
from jiping.reading.titles import title
from jiping.report import SourceInfo
from jiping.text import Text

# How far the head of a report reaches, in characters; the last lines may be a signature.
_HEAD, _LEAD, _LAST_LINES = 1_500, 800, 8

_BODY: Final = (
    "人民政府|办公室|委员会|联合会|人民法院|人民检察院|法院|检察院|管理局|分局|总局|局|厅|中心小学|中心|幼儿园|学院|大学"
    "|中学|小学|学校|卫生院|医院|街道办事处|办事处|街道|派出所|研究所|事务所|所|公司|集团|协会|图书馆|文化馆|博物馆|档案馆"
    "|科技馆|馆|站|支队|大队|总队|队|管理处|处|党校|供销社|报社|电视台|融媒体中心|指挥部|宣传部|组织部|统战部|工会|妇联"
    "|残联|团委|工商联|政协|人大|纪委监委|监委|镇|乡"
)
_UNIT = re.compile(
    rf"^(?:关于)?(?:报送|上报)?(?:20\d\d年?度?)?([一-鿿（）()]{{2,36}}?(?:{_BODY}))(?:（本级）|\(本级\))?"
    rf"(?=(?:关于)?(?:20\d\d|二[〇○零]|部门|单位|整体|本级|项目|预算|绩效|“|「|$)|20\d\d)"
)
_LABELLED = re.compile(
    r"(?:评价单位|填报单位|单位名称|部门名称|预算单位|部门（单位）名称|自评单位|编报单位|预算部门|申报单位|项目单位|资金使用单位|(?<!评价)实施单位)"
    r"(?:名称)?(?:（[^）]{1,6}）)?[：:\t]\s*([一-鿿（）]{4,36})"
)
# Forms that name no other unit name the office that the money comes from.
_OWNER = re.compile(r"主管部门(?:名称)?[：:\t]\s*([一-鿿（）]{4,30})")
_PUBLISHED = re.compile(
    r"(?:发布机构|发文机关|公开单位|发布单位)[：:]\s*([一-鿿]{4,30}(?:局|厅|委员会|办公室|政府|处|中心))"
)
_SIGNED = re.compile(
    rf"^[一-鿿（）]{{2,30}}(?:{_BODY})(?=[\s　]*(?:（[^）]*）)?(?:[\s　]*20\d\d年.*)?$)"
)
_ACTING = re.compile(
    r"会计师|咨询|评估|^(?:我|本|各|全|该|县|区|市|镇|乡)(?:局|委|办|院|校|单位|部门|中心|镇|乡|街道|公司)?$|报告|自评|绩效|评价"
)

_YEAR = re.compile(r"(20[0-3]\d)(?:\s*[-—－至到~～]+\s*(20[0-3]\d))?\s*(?:年度?|财年)?")
_YEAR_WORDS = re.compile(r"二[〇○Ｏ0零][一二三〇○零][一二三四五六七八九〇○零](?=年)")
_YEAR_LABEL = re.compile(r"(?:评价|自评|预算|项目|所属)?年度[：:\t]\s*(20[0-3]\d)")
_YEAR_LINE = re.compile(r"^[（(]?(20[0-3]\d)年度?[）)]?$", re.MULTILINE)
_YEAR_LEAD = re.compile(
    r"(?<![〔\[（(\d])(20[0-3]\d)年?度?(?=[一-鿿]{0,12}(?:绩效|预算|部门|整体|项目|支出|自评|资金|决算))"
)

# Kinds by words of the title first, of the body second (shared/outlines.md §1).
_WHOLE = re.compile(r"整体(?:支出|绩效|预算)|部门绩效自评|单位整体|部门自评")
_FINAL = re.compile(r"决算")
_TRANSFER = re.compile(r"转移支付|(?:中央|省级|上级)[一-鿿]{0,12}(?:补助|专项)资金")
_FUND = re.compile(r"(?:补助|专项|奖补|救助|补贴)资金")
_HANDED_DOWN = re.compile(r"绩效目标分解下达|分解下达预算|下达转移支付|中央下达|省级下达")
_EVALUATION = re.compile(r"(?<!自我)绩效评价(?:的)?(?:报告|结果)|重点评价|再评价")
_SELF = re.compile(r"自评|自我评价")
_THIRD_PARTY = re.compile(
    r"会计师事务所|咨询(?:有限)?公司|受[一-鿿]{2,20}委托|第三方机构|评价机构[：:]|评价组(?:通过|认为|采用|对|赴|现场)|委托单位"
)
_PROJECT = re.compile(r"项目")

_PROVINCE = re.compile(
    r"(?:北京|天津|上海|重庆)市|(?:河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南"
    r"|陕西|甘肃|青海|台湾)省|内蒙古自治区|广西壮族自治区|西藏自治区|宁夏回族自治区|新疆维吾尔自治区|新疆生产建设兵团|内蒙古|广西|西藏|宁夏|新疆"
)
_FULL_NAMES = {
    "内蒙古": "内蒙古自治区",
    "广西": "广西壮族自治区",
    "西藏": "西藏自治区",
    "宁夏": "宁夏回族自治区",
    "新疆": "新疆维吾尔自治区",
    "新疆生产建设兵团": "新疆维吾尔自治区",
}


def metadata(source: Source, text: Text) -> SourceInfo:
    """Return what is known about a report; a field is None where the text does not say it."""
    heading = title(text)
    unit = _unit(source, text, heading)
    return SourceInfo(
        path=source.path,
        sha256=source.sha256,
        media_type=source.media_type,
        n_chars=len(source.text),
        title=heading,
        unit=unit,
        year=_year(text, heading),
        kind=_kind(text, heading or ""),
        region=_region(f"{unit or ''}\n{heading or ''}\n{text.chars[:_LEAD]}"),
        pages=source.pages,
    )


def _unit(source: Source, text: Text, heading: str | None) -> str | None:
    """Return the unit: named in the title, on a cover line, by the site, or in the signature."""
    if heading and (found := _UNIT.match(heading)) and not _ACTING.search(found[1]):
        return found[1]
    head = text.chars[:_HEAD]
    for pattern in (_LABELLED, _PUBLISHED, _OWNER):
        if found := pattern.search(source.text[:_HEAD] if pattern is _PUBLISHED else head):
            return re.sub("（(?:公章|盖章|签章)）", "", found[1])
    lines = text.chars.rstrip().split("\n")
    candidates = [*lines[:4], *reversed(lines[-_LAST_LINES:])]
    for line in candidates:
        if (found := _SIGNED.match(line)) and not _ACTING.search(found[0]):
            return found[0]
    return None


def _year(text: Text, heading: str | None) -> int | None:
    """Return the year that a report is about, of a span of years the last."""
    if heading and (found := _YEAR.search(heading)):
        return int(found[2] or found[1])
    if found := _YEAR_WORDS.search(heading or ""):
        return int("".join(str("〇一二三四五六七八九".index(c)) for c in _digits(found[0])))
    for pattern in (_YEAR_LABEL, _YEAR_LINE, _YEAR_LEAD):
        if found := pattern.search(text.chars[:_LEAD]):
            return int(found[1])
    return _commonest(re.findall(r"(?<![〔\[（(\d])(20[0-3]\d)年", text.chars))


def _commonest(years: list[str]) -> int | None:
    """Return the year named most, where it is named twice as often as any other."""
    counts = [*Counter(years).most_common(2), ("", 0), ("", 0)]
    (year, count), (_, second) = counts[0], counts[1]
    return int(year) if count >= 2 and count >= 2 * second else None


def _digits(words: str) -> str:
    return re.sub("[○Ｏ0零]", "〇", words)


def _kind(text: Text, heading: str) -> str | None:
    """Return a key of labels.REPORT_KINDS, None where neither title nor body tells."""
    head = text.chars[:_HEAD]
    if _FINAL.search(heading):
        return "final_account"
    if _WHOLE.search(heading):
        return "whole_department"
    if _EVALUATION.search(heading) and not _SELF.search(heading) and _THIRD_PARTY.search(head):
        return "evaluation"
    if _TRANSFER.search(heading) or _HANDED_DOWN.search(head) and not _PROJECT.search(heading):
        return "transfer"
    if _PROJECT.search(heading):
        return "project"
    if _EVALUATION.search(heading) and not _SELF.search(heading):
        return "evaluation"
    if _FUND.search(heading):
        return "transfer"
    return _kind_of_body(head)


def _kind_of_body(head: str) -> str | None:
    whole, project = (
        len(_WHOLE.findall(head)),
        len(re.findall("项目支出绩效|本项目|该项目|项目概况", head)),
    )
    if whole or project:
        return "whole_department" if whole >= project else "project"
    if _TRANSFER.search(head):
        return "transfer"
    return None


@cache
def _places() -> dict[str, str]:
    path = files("jiping.reading") / "regions.tsv"
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines(), delimiter="\t")
    return {row["place"]: row["province"] for row in rows}


@cache
def _place_pattern() -> re.Pattern[str]:
    return re.compile("|".join(sorted(_places(), key=len, reverse=True)))


def _region(head: str) -> str | None:
    """Return the province named first, or that of the first prefecture named in full."""
    if found := _PROVINCE.search(head):
        return _FULL_NAMES.get(found[0], found[0])
    place = _place_pattern().search(head)
    return _places()[place[0]] if place else None
