"""Characters: one swapped for one, or marked for deletion.

Every function here takes a text and returns one of the same length in which `\\0` stands for what
is to be deleted, so that offsets survive by themselves (see clean.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

DELETED = "\0"

# Simplified texts use these, too: 乾县, 著作, 宫商角徵羽.
_KEPT = frozenset("乾著徵瞭藉")
# Kangxi radicals and compatibility ideographs, which PDF fonts map glyphs to: ⼈ for 人.
_LOOKALIKES = [*range(0x2E80, 0x2FE0), *range(0xF900, 0xFB00)]
# Of the radicals that Unicode leaves without a plain form, those that fonts use.
_RADICALS = str.maketrans(
    "⻔⻓⻑⻅⻆⻉⻋⻘⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳⺟⻁⻄⻙⺠⻎⻖⻌",
    "门长长见角贝车青页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟母虎西韦民辶阝辶",
)
_INVISIBLE = [0xAD, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F)]
_INVISIBLE += [*range(0x2060, 0x2070), 0xFE0E, 0xFE0F, 0xFEFF, 0xFFFE, 0xFFFF]
_CONTROL = [*range(0x09), *range(0x0E, 0x1C), 0x1F, *range(0x7F, 0x85), *range(0x86, 0xA0)]
_BLANK = [0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000]
_NEWLINE = [0x0B, 0x0C, 0x1C, 0x1D, 0x1E, 0x85, 0x2028, 0x2029]


@cache
def _table() -> dict[int, str]:
    table = dict(_simplified())
    table.update({ord(c): c for c in _KEPT})
    for code in _LOOKALIKES:
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1:
            table[code] = table.get(ord(plain), plain)
    table.update((code, chr(plain)) for code, plain in _RADICALS.items())
    for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)):
        table[code] = chr(code - 0xFEE0)
    table.update({ord("％"): "%", ord("．"): ".", ord("＋"): "+", ord("﹪"): "%"})
    table.update(dict.fromkeys(_INVISIBLE + _CONTROL, DELETED))
    table.update(dict.fromkeys(_BLANK, " "))
    table.update(dict.fromkeys(_NEWLINE, "\n"))
    return table


def _simplified() -> Iterator[tuple[int, str]]:
    """Yield OpenCC's traditional -> simplified pairs, its first choice, one for one only."""
    path = files("opencc") / "dictionary" / "TSCharacters.txt"
    for line in path.read_text(encoding="utf-8").splitlines():
        traditional, _, simplified = line.partition("\t")
        first = simplified.split(" ")[0]
        if len(traditional) == len(first) == 1 and first <= "\uffff":  # fonts lack the others
            yield ord(traditional), first


def plain_characters(chars: str) -> str:
    """Simplify characters, make digits half-width, blanks and newlines one kind each."""
    return chars.replace("\r\n", "\0\n").replace("\r", "\n").translate(_table())


_TONED = re.compile("[（(][a-zü]{0,5}[āáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜ][a-zü]{0,4}[)）]")
# Without a tone it may be a unit (kg) or an abbreviation: only when the whole page is so.
_UNTONED = re.compile("(?<=[一-鿿])[（(][a-z]{1,6}[)）]")
_MANY_UNTONED = 30
_UNTONED_RUN = re.compile("(?:[一-鿿][（(][a-z]{1,6}[)）]){3}")
_FIELD = re.compile(r"(?:HYPERLINK \\?l \"?_Toc\d+\"? ?)?PAGEREF _Toc\d+ ?\\?h? ?")
_CONTENTS_FIELD = re.compile(r"TOC \\o[^\n一-鿿]{0,40}")


def residue(chars: str) -> str:
    """Mark HTML, Markdown, pinyin after characters and Word's field codes for deletion.

    A field code in a table of contents becomes three dots, so that the line still shows what it is.
    """
    chars = _TONED.sub(_delete, chars)
    if _UNTONED.search(chars) and _is_annotated(chars):
        chars = _UNTONED.sub(_delete, chars)
    if "_Toc" in chars or "TOC \\" in chars:
        chars = _FIELD.sub(lambda found: _fill("...", found), chars)
        chars = _CONTENTS_FIELD.sub(_delete, chars)
    if "<" in chars or "&" in chars:
        chars = _html(chars)
    return _markdown(chars)


def _is_annotated(chars: str) -> bool:
    """Tell whether a page, or the line that is most so, bears a reading after its characters."""
    count = len(_UNTONED.findall(chars))
    return count >= _MANY_UNTONED or bool(_UNTONED_RUN.search(chars))


def _delete(found: re.Match[str]) -> str:
    return DELETED * len(found[0])


def _fill(kept: str, found: re.Match[str]) -> str:
    """Return `kept`, filled up with deleted characters to the length of the match."""
    return kept + DELETED * (len(found[0]) - len(kept))


_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h[1-6])(?: [^<>\n]{0,100})?/?>", re.IGNORECASE)
_CELL = re.compile(r"</t[dh]>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9:]*(?:[ /][^<>\n]{0,300})?>|<!--.{0,500}?-->", re.DOTALL)
_ENTITY = re.compile(r"&(#\d{1,6}|#[xX][0-9a-fA-F]{1,5}|[a-zA-Z]{2,8});")


def _html(chars: str) -> str:
    from html import unescape  # for residue only; most texts have none

    def character(found: re.Match[str]) -> str:
        meant = unescape(found[0]).translate(_table())
        return _fill(meant, found) if len(meant) == 1 else found[0]

    chars = _BREAK.sub(lambda found: _fill("\n", found), chars)
    chars = _CELL.sub(lambda found: _fill("\t", found), chars)
    return _ENTITY.sub(character, _TAG.sub(_delete, chars))


_HASHES = re.compile(r"^[ \t]*#{1,6}(?: +|(?=[^#\s]))", re.MULTILINE)
_RULE = re.compile(r"^ *(?:-{3,}|={3,}|\*{3,}|_{3,}|(?:\| *:?-+:? *)+\|?) *$", re.MULTILINE)
_ROW = re.compile(r"^ *\|.*\|? *$", re.MULTILINE)
_QUOTE = re.compile(r"^ *>+ ?(?=[^\d\s])", re.MULTILINE)
# Bold holds a word at least and no figure's end: `**县**局`, `编制**名，实有**名` are masks.
_BOLD = re.compile(
    r"(?<![*\d])(?<![*\d]\.)(?:(?<![一-鿿])|(?=(?:\*\*|__)[^名人万亿元个%年月日户]))"
    r"(\*\*|__)(?=[^\s*_])([^*_\n]{2,200}?)(?<=\S)\1(?!\*)"
)
_LINK = re.compile(r"!?\[([^\[\]\n]{0,200})\]\((?:https?:|/|\.|#)[^()\s]{0,300}\)")
_ESCAPE = re.compile(r"\\(?=[*#_|>.\-\[\]()`~])")


def _markdown(chars: str) -> str:
    chars = _RULE.sub(_delete, chars)
    if "|" in chars:
        chars = _ROW.sub(_row, chars)
    if "#" in chars:
        chars = _HASHES.sub(_delete, chars)
    if "**" in chars or "__" in chars:
        chars = _BOLD.sub(_unwrap, chars)
    if "](" in chars:
        chars = _LINK.sub(_unlink, chars)
    if "\\" in chars:
        chars = _ESCAPE.sub(DELETED, chars)
    return _QUOTE.sub(_delete, chars) if ">" in chars else chars


def _row(found: re.Match[str]) -> str:
    """Make the pipes of a table row tabs, those at its ends nothing."""
    row = found[0]
    body = row.strip(" |")
    if not body:
        return DELETED * len(row)
    start = row.index(body)
    body = re.sub(" *[|] *", lambda pipe: _fill("\t", pipe), body)
    return DELETED * start + body + DELETED * (len(row) - start - len(body))


def _unwrap(found: re.Match[str]) -> str:
    return f"\0\0{found[2]}\0\0"


def _unlink(found: re.Match[str]) -> str:
    before = found.start(1) - found.start()
    return DELETED * before + found[1] + DELETED * (found.end() - found.end(1))
