"""Points, cut-offs and messages of triage: triage.toml, or a bureau's own file of that form."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable
from importlib import resources
from pathlib import Path
from string import Formatter

import msgspec

from jiping.errors import BadSettings
from jiping.labels import SECTIONS


class Levels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Least scores of the levels weak and watch."""

    weak: float
    watch: float


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From where on a thing counts; shares are between 0 and 1, `thin` in characters."""

    full_score: float
    vague_share: float
    bare_share: float
    thin: int
    copied: int


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The most points that a reason gives, and its message."""

    points: float
    message: str


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A triage file. `path` is the file it was read from, or the name of the default."""

    name: str
    levels: Levels
    limits: Limits
    required: dict[str, list[str]]
    reasons: dict[str, Rule]
    path: str = "triage.toml"


def load_settings(path: Path | None = None) -> Settings:
    """Return the settings of a file, the default ones for None.

    Reasons that a file leaves out give no points.

    Raises:
        BadSettings: the file is missing, no TOML, or says something that cannot be meant.
    """
    where = str(path or "triage.toml")
    try:
        table = tomllib.loads(_text(path))
        settings = msgspec.convert(table | {"path": where}, Settings)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"{where}：分诊规则读不出来（{error}）；请检查文件") from error
    except msgspec.ValidationError as error:
        raise BadSettings(f"{where}：分诊规则有误（{error}）；请对照默认文件修改") from error
    _validate(settings, where, settings if path is None else load_settings())
    return settings


def _text(path: Path | None) -> str:
    if path is None:
        return resources.files(__package__).joinpath("triage.toml").read_text(encoding="utf-8")
    return path.read_text(encoding="utf-8-sig")


def _validate(settings: Settings, where: str, default: Settings) -> None:
    """Raise BadSettings for what `default` does not know: reasons, kinds of report, blanks of a message."""
    if not 0 < settings.levels.watch <= settings.levels.weak <= 100:
        raise BadSettings(f"{where}：分档线应满足 0 < watch ≤ weak ≤ 100；请修改 [levels]")
    for code, rule in settings.reasons.items():
        if not 0 <= rule.points <= 100:
            raise BadSettings(
                f"{where}：{code} 的 points 应在 0 到 100 之间（{rule.points}）；请修改"
            )
        _known(where, "理由", [code], default.reasons)
        known = _blanks(default.reasons[code].message)
        if not _blanks(rule.message) <= known:
            said = "、".join(f"{{{name}}}" for name in sorted(known)) or "空"
            raise BadSettings(
                f"{where}：{code} 的 message 里花括号不对；可用的只有 {said}，请对照默认文件修改"
            )
    _known(where, "报告类型", settings.required, default.required)
    wanted = (
        name for names in settings.required.values() for one in names for name in one.split("|")
    )
    _known(where, "章节", wanted, SECTIONS)


def _known(where: str, what: str, names: Iterable[str], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            raise BadSettings(f"{where}：没有名为 {name} 的{what}；请改为 {'、'.join(known)} 之一")


def _blanks(message: str) -> set[str]:
    """Return the names in a message's braces; a broken brace counts as one that nobody knows."""
    try:
        parts = list(Formatter().parse(message))
    except ValueError:
        return {"{"}
    return {name + (f":{form}" if form else "") for _, name, form, _ in parts if name is not None}
