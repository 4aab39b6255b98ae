"""A model directory, and the model in it: units in, scores out.

    models/<name>/  config.json  tokenizer.json  model.xml  model.bin      what inference reads
                    words.npz                                              too, where there is one
                    weights.safetensors  network.json                      to fine-tune further
                    metrics.json  README.md                                for people

A directory is complete and immutable: config.json names every file that inference reads with its
sha256. One window is one call of the runtime, with static scales: what stands beside a report in
a batch cannot change its scores.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from tokenizers import Tokenizer

from jiping.errors import BadModel
from jiping.labels import AREAS, CLARITY, KINDS, SECTIONS
from jiping.model.columns import COLUMNS, scores_of
from jiping.model.decode import Thresholds
from jiping.model.runtime import compiled
from jiping.model.scores import Array, Scores
from jiping.model.windows import Windower, features
from jiping.model.words import WORDS, Words, mixed
from jiping.report import ModelInfo
from jiping.statements.unit import Unit

CONFIG: Final = "config.json"
FILES: Final = ("tokenizer.json", "model.xml", "model.bin")
# The order of the labels is the order of the output's columns.
LABELS: Final = {
    "section": tuple(SECTIONS),
    "kind": tuple(KINDS),
    "areas": tuple(AREAS),
    "clarity": tuple(CLARITY),
}
DEFAULT: Final = "jiping-small"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What a model directory says of itself.

    `window` is in word pieces; `temperatures` divide the logits of a layer, one missing is 1;
    `prior` is a row a section, how much it leaves to each kind, empty for none; `files` gives the
    sha256 of each file that inference reads.
    """

    name: str
    version: str
    window: int
    labels: dict[str, tuple[str, ...]]
    files: dict[str, str]
    temperatures: dict[str, float] = field(default_factory=dict)
    prior: tuple[tuple[float, ...], ...] = ()
    thresholds: Thresholds = field(default_factory=Thresholds)


class Model:
    """A loaded model; any number of threads may call `score`."""

    def __init__(
        self,
        config: Config,
        tokenizer: Tokenizer,
        compiled: Any,
        sha256: str,
        words: Words | None = None,
    ) -> None:
        self.config, self._compiled, self._words = config, compiled, words
        self.windower = Windower(tokenizer, config.window)
        self._sha256 = sha256
        self._prior = np.array(config.prior, np.float32) if config.prior else None
        self._local = threading.local()

    @classmethod
    def load(cls, path: str | Path | None = None, threads: int = 0, streams: int = 1) -> Model:
        """Read a model directory.

        Args:
            path: A directory, or the name of a shipped model; None is the default one.
            threads: The caller's share of the cores; 0 leaves it to the runtime, which takes all.
            streams: How many reports are scored at a time; each has `threads / streams` of the cores.

        Raises:
            BadModel: a file is missing or not the one that config.json names, or labels differ.
        """
        home = directory(path)
        config, sha256 = read_config(home)
        words = Words.load(home / WORDS) if WORDS in config.files else None
        network = compiled(home / "model.xml", threads, streams)
        return cls(config, _tokenizer(home), network, sha256, words)

    @property
    def info(self) -> ModelInfo:
        """Name, version, digest and runtime, for reports."""
        return ModelInfo(
            name=self.config.name,
            version=self.config.version,
            sha256=self._sha256,
            runtime="openvino",
        )

    @property
    def thresholds(self) -> Thresholds:
        """Where decisions fall."""
        return self.config.thresholds

    def score(self, units: Sequence[Unit]) -> Scores:
        """Return the scores of one report's units, a row each."""
        return scores_of(self.output(units), self.config.temperatures, self._prior)

    def output(self, units: Sequence[Unit]) -> Array:
        """Return the logits, (units, COLUMNS) float32."""
        rows, shown, run = [np.zeros((0, COLUMNS), np.float32)], features(units), self._request()
        for window in self.windower.windows(units):
            found = run.infer(window.inputs(shown))[0]
            rows.append(found[0, window.keep.start : window.keep.stop].copy())
        out = np.concatenate(rows)
        if self._words is None:
            return out
        return mixed(out, self._words.logits([u.text for u in units]), self._words.share)

    def _request(self) -> Any:
        """Return this thread's own request; a request serves one call at a time."""
        if not hasattr(self._local, "request"):
            self._local.request = self._compiled.create_infer_request()
        return self._local.request


def directory(path: str | Path | None) -> Path:
    """Return the directory of a model: `path` itself, or the shipped model of that name."""
    if path is not None and Path(path).is_dir():
        return Path(path)
    name = str(path or DEFAULT)
    homes = [Path(str(resources.files("jiping"))) / "models", Path(__file__).parents[3] / "models"]
    for home in homes:
        if (home / name / CONFIG).exists():
            return home / name
    tried = "、".join(str(home / name) for home in homes)
    raise BadModel(f"没有名为 {name} 的模型（找过 {tried}）；请指定模型目录，或重新安装 jiping")


def read_config(home: Path) -> tuple[Config, str]:
    """Return the config of a model directory and its sha256, once all that it names is checked."""
    try:
        data = (home / CONFIG).read_bytes()
        config = msgspec.json.decode(data, type=Config)
    except (OSError, msgspec.DecodeError) as error:
        raise BadModel(f"{home / CONFIG}：{error}；模型目录不完整，请重新下载") from error
    if config.labels != LABELS:
        raise BadModel(f"{home}：模型的标签与本版本 jiping 不同；请使用同一版本的模型")
    for name in {*FILES, *config.files}:
        if not (home / name).is_file():
            raise BadModel(f"{home}：缺少文件 {name}；请重新下载模型")
        if config.files.get(name) != digest(home / name):
            raise BadModel(f"{home / name}：文件已改动或损坏（sha256 不符）；请重新下载模型")
    return config, hashlib.sha256(data).hexdigest()


def digest(path: Path) -> str:
    """Return the sha256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _tokenizer(home: Path) -> Tokenizer:
    return Tokenizer.from_file(str(home / "tokenizer.json"))
