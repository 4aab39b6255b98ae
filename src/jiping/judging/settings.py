"""Points, cut-offs and messages of triage: triage.toml, or a bureau's own file of that form."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path

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
    _validate(settings, where)
    return settings


def _text(path: Path | None) -> str:
    if path is None:
        return resources.files(__package__).joinpath("triage.toml").read_text(encoding="utf-8")
    return path.read_text(encoding="utf-8-sig")


def _validate(settings: Settings, where: str) -> None:
    if not 0 < settings.levels.watch <= settings.levels.weak <= 100:
        raise BadSettings(f"{where}：分档线应满足 0 < watch ≤ weak ≤ 100；请修改 [levels]")
    for code, rule in settings.reasons.items():
        if not 0 <= rule.points <= 100:
            raise BadSettings(
                f"{where}：{code} 的 points 应在 0 到 100 之间（{rule.points}）；请修改"
            )
    known = load_settings().reasons if where != "triage.toml" else settings.reasons
    for code in settings.reasons:
        if code not in known:
            raise BadSettings(f"{where}：没有名为 {code} 的理由；请改为 {'、'.join(known)} 之一")
    for name in (
        n for names in settings.required.values() for one in names for n in one.split("|")
    ):
        if name not in SECTIONS:
            raise BadSettings(f"{where}：没有名为 {name} 的章节；请改为 {'、'.join(SECTIONS)} 之一")
