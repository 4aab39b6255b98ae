"""What is no performance report, and what is no text at all."""

from __future__ import annotations

import re
from pathlib import PurePath

from jiping.errors import JipingError, NotAReport, UnreadableInput
from jiping.reading.source import Source
from jiping.reading.titles import PERFORMANCE, head_lines, title
from jiping.text import Text

# Rules and notices about reports speak of nothing else, so their titles decide.
_RULE = re.compile(
    r"(?:办法|条例|细则|规定|意见|通知|通告|公告|批复|决定|指引|指南|规程|规范|解读|汇编|方案|要点|预案|法|制度|答复|复函|函)"
    r"(?:》|（.{1,12}）|[的]?解读|\d*$|$)",
    re.MULTILINE,
)
_OTHER = re.compile(
    r"政府工作报告|工作报告$|述职|述廉|讲话|致辞|审计(?:工作)?(?:报告|结果|意见|公告|调查)|调研报告"
    r"|(?:工作|年终|年度|半年)总结|工作(?:要点|计划|汇报|安排)|规划|预算草案|部门预算$|预算(?:公开|编制|报告)"
    r"|简报|新闻|合同|协议|会议纪要|招标|投标|年报|发展报告"
)
_ARTICLE = re.compile(r"^\s*第[一二三四五六七八九十百]{1,4}条", re.MULTILINE)
_ADDRESS = re.compile(r"各位(?:代表|委员)[：:，,]|请予审议")
_MANY_ARTICLES = 5

# What only performance reports talk about, each counted once however often it comes.
_TOPICS = tuple(
    map(
        re.compile,
        (
            r"绩效自评|自评(?:得分|结论|结果|工作|情况|报告|表)|自我评价",
            r"绩效目标|年度目标值|指标值|目标值",
            r"(?:预算|资金)?执行率|预算执行|支出率|全年预算数|全年执行数|预算数|到位率",
            r"产出指标|效益指标|数量指标|质量指标|时效指标|成本指标|产出与效益|产出数量",
            r"满意度",
            r"支出绩效|整体支出|项目支出|基本支出|专项资金|补助资金|转移支付|财政拨款|项目资金",
            r"存在(?:的)?(?:主要)?问题|问题及原因|偏离绩效目标|偏差原因|不足之处",
            r"改进(?:措施|方向|意见|建议)|整改措施|有关建议|下一步",
            r"绩效评价|绩效管理|绩效监控|综合评价",
            r"得\d+(?:\.\d+)?分|扣\d+(?:\.\d+)?分|[（(]\d+分[）)，,]",
            r"\n[（(一二三四五\d][^，。\n]{0,8}资金(?:来源|使用|拨付|到位|投入|落实|安排|管理)?[^，。\n]{0,10}\n",
            r"部门(?:职能|概况|基本情况)|单位(?:概况|基本情况)|项目(?:概况|基本情况|背景|立项)|主要职能",
        ),
    )
)
# What the topics above are, that other papers of an office touch too (audits, summaries).
_COMMON_TOPICS = (4, 6, 7, 11)
_WORD = re.compile(r"绩效|自评")
# Above this length a text of many topics has them by chance, and the words must be frequent:
# work reports reach 1 in 4,000 characters.
_SHORT, _DENSITY = 3_000, 1_500
_VERY_SHORT = 1_200

_CHINESE = re.compile(r"[一-鿿]")
_NOISE = re.compile(
    r"[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f\u0080-\u00ff\u0100-\u052f\u0600-\u1fff]"
)
# Frequent characters: a text has a tenth of them, mojibake (锟斤拷, 鐨勬) hardly any.
_FREQUENT = re.compile(
    "[的一是在和有年工作为中大项资金支出预算绩效目标管理情况完成评价部门单位万元，。、]"
)
_LEAST_CHINESE, _NOISY, _LEAST_FREQUENT = 20, 0.25, 0.06


def refuse(source: Source, text: Text) -> JipingError | None:
    """Return why a text cannot be judged: unreadable, or no performance report; None if it can.

    Short, damaged and heading-less reports are reports. Titles decide where they are plain; all
    else goes by how many topics of such reports the text touches.
    """
    name = source.path
    if reason := _damage(text.chars):
        return UnreadableInput(f"{name}：{reason}")
    if is_report(text, source.path):
        return None
    return NotAReport(
        f"{name}：看起来不是绩效自评或绩效评价报告；如确需标注这份文本，请加上 --any 重新运行"
    )


def _damage(chars: str) -> str | None:
    body = re.sub(r"\s+", "", chars)
    if len(_CHINESE.findall(body)) < _LEAST_CHINESE:
        return "几乎没有中文文字，可能是扫描件、空表或乱码；请提供有文字的电子原件"
    noise = len(_NOISE.findall(body)) / len(body)
    frequent = len(_FREQUENT.findall(body)) / len(body)
    if noise > _NOISY or frequent < _LEAST_FREQUENT:
        return "大部分是乱码，文件可能已损坏或编码有误；请用原软件打开并另存后重试"
    return None


def is_report(text: Text, path: str = "") -> bool:
    """Tell whether a readable text is a self-evaluation or an evaluation of performance.

    `path` is the file's, whose name may say what a text without a title does not.
    """
    chars = text.chars
    heading = title(text) or "\n".join(head_lines(text)[:6])
    if _ADDRESS.search(chars[:1500]) or _is_rule(heading, chars):
        return False
    if PERFORMANCE.search(heading):
        return not _OTHER.search(heading) or _speaks_of_performance(chars)
    if _OTHER.search(heading):
        return False
    name = PurePath(path).stem
    is_named = PERFORMANCE.search(name) and not _OTHER.search(name) and not _RULE.search(name)
    return bool(is_named) or _speaks_of_performance(chars)


def _speaks_of_performance(chars: str) -> bool:
    """Tell by its topics whether a text without a title, or a part of one, is a report's."""
    met = [bool(topic.search(chars)) for topic in _TOPICS]
    every, words = sum(met), len(_WORD.findall(chars))
    own = every - sum(met[i] for i in _COMMON_TOPICS)
    if len(chars) > _SHORT:
        return own >= 3 and every >= 4 and words * _DENSITY >= len(chars)
    if own >= 2 and every >= 3 or words >= 3 and every >= 2:
        return True
    return len(chars) <= _VERY_SHORT and words >= 1 and every >= 3


def _is_rule(heading: str, chars: str) -> bool:
    if len(_ARTICLE.findall(chars)) >= _MANY_ARTICLES:
        return True
    return bool(_RULE.search(heading)) and not re.search("自评(?!工作)|评价报告", heading)
