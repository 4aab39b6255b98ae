"""Domain-adaptive pre-training: the masked words of official prose, guessed.

A word is masked whole (jieba finds it), since one character of 绩效 gives the other away.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import jieba
import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertModel

from jiping.learning.network import encoder

MASKED: Final = 0.15  # Devlin et al. 2019, with its 80 % [MASK], 10 % random, 10 % unchanged
IGNORED: Final = -100
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PretrainConfig:
    """How to pre-train. `length` is the pieces of a window, [CLS] and [SEP] included."""

    base: Path
    out: Path
    steps: int = 1500
    windows: int = 32
    length: int = 128
    rate: float = 2e-4
    warm_up: float = 0.06
    seed: int = 0
    save_every: int = 100


class Stream(torch.utils.data.IterableDataset[tuple[Tensor, Tensor]]):
    """Endless masked windows over texts: (ids, labels), each int64 (`length`,)."""

    def __init__(self, tokenizer: Tokenizer, texts: Iterable[str], config: PretrainConfig) -> None:
        self.cls, self.sep, self.mask = (
            tokenizer.token_to_id(name) for name in ("[CLS]", "[SEP]", "[MASK]")
        )
        self.vocabulary = tokenizer.get_vocab_size()
        self.config = config
        parts = [words_of(tokenizer, text) for text in texts]
        self.ids = np.concatenate([ids for ids, _ in parts])
        ends = np.cumsum([0, *(words[-1] + 1 for _, words in parts)])
        self.words = np.concatenate(
            [words + end for (_, words), end in zip(parts, ends[:-1], strict=True)]
        )

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield windows; the cuts move from epoch to epoch."""
        random, room = np.random.default_rng(self.config.seed), self.config.length - 2
        while True:
            first = int(random.integers(room))
            starts = random.permutation(np.arange(first, len(self.ids) - room, room))
            for start in starts:
                yield self._masked(slice(start, start + room), random)

    def _masked(self, cut: slice, random: np.random.Generator) -> tuple[Tensor, Tensor]:
        ids, words = self.ids[cut].copy(), self.words[cut]
        _, word = np.unique(words, return_inverse=True)
        hidden = (random.random(word.max() + 1) < MASKED)[word]
        labels = np.where(hidden, ids, IGNORED)
        fate = random.random(len(ids))
        ids[hidden & (fate < 0.8)] = self.mask
        other = hidden & (fate >= 0.9)
        ids[other] = random.integers(100, self.vocabulary, int(other.sum()))
        framed = np.concatenate([[self.cls], ids, [self.sep]])
        return torch.from_numpy(framed), torch.from_numpy(
            np.concatenate([[IGNORED], labels, [IGNORED]])
        )


def words_of(tokenizer: Tokenizer, text: str) -> tuple[Ints, Ints]:
    """Return the piece ids of `text` and for each the number of its word, both int64."""
    ids: list[int] = []
    words: list[int] = []
    base = 0
    for line in filter(str.strip, text.splitlines()):
        encoding = tokenizer.encode(line, add_special_tokens=False)
        of = np.repeat(*np.array([(i, len(w)) for i, w in enumerate(jieba.cut(line))]).T)
        ids.extend(encoding.ids)
        words.extend(base + int(of[start]) for start, _ in encoding.offsets)
        base += int(of[-1]) + 1
    return np.array(ids, np.int64), np.array(words, np.int64)


class MaskedHead(nn.Module):
    """BERT's head for masked words, its decoder tied to the embedding table."""

    def __init__(self, table: Tensor) -> None:
        super().__init__()
        width = table.shape[1]
        self.dense, self.norm = nn.Linear(width, width), nn.LayerNorm(width)
        self.table, self.bias = table, nn.Parameter(torch.zeros(table.shape[0]))

    def forward(self, hidden: Tensor) -> Tensor:
        """Return scores over the vocabulary, (places, vocabulary)."""
        told: Tensor = self.norm(nn.functional.gelu(self.dense(hidden)))
        return told @ self.table.T + self.bias


def pretrain(config: PretrainConfig, texts: Iterable[str], *, resume: bool = True) -> Path:
    """Go on pre-training `config.base` over `texts`; return the directory written.

    A run that was killed goes on from its last checkpoint, though with other windows.
    """
    torch.manual_seed(config.seed)
    tokenizer = Tokenizer.from_file(str(config.base / "tokenizer.json"))
    model = encoder(config.base)
    head = MaskedHead(model.embeddings.word_embeddings.weight)
    params = {id(p): p for p in [*model.parameters(), *head.parameters()]}.values()
    optimizer = torch.optim.AdamW(params, lr=config.rate, weight_decay=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: slope(step, config))
    state = {"model": model, "head": head, "optimizer": optimizer, "schedule": schedule}
    done = _load(config.out / "checkpoint.pt", state) if resume else 0
    stream = Stream(tokenizer, texts, config)
    loader = iter(torch.utils.data.DataLoader(stream, batch_size=config.windows))
    log, begun, mean = config.out / "log.jsonl", time.monotonic(), math.nan
    config.out.mkdir(parents=True, exist_ok=True)
    for step in range(done, config.steps):
        loss = _step(model, head, next(loader))
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        mean = loss if math.isnan(mean) else 0.98 * mean + 0.02 * loss
        if step % 10 == 9:
            row = {"step": step + 1, "loss": round(mean, 4), "s": round(time.monotonic() - begun)}
            with log.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
        if (step + 1) % config.save_every == 0 or step + 1 == config.steps:
            _save(config.out / "checkpoint.pt", state, step + 1)
            model.save_pretrained(config.out)
    tokenizer.save(str(config.out / "tokenizer.json"))
    return config.out


def slope(step: int, config: PretrainConfig) -> float:
    """Return the share of the rate at `step`: up, then down in a line."""
    up = max(1, round(config.steps * config.warm_up))
    return min((step + 1) / up, (config.steps - step) / max(1, config.steps - up))


def _step(model: BertModel, head: MaskedHead, batch: tuple[Tensor, Tensor]) -> float:
    ids, labels = batch
    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = model(input_ids=ids).last_hidden_state
        at = labels != IGNORED
        scores = head(hidden[at])
    loss = nn.functional.cross_entropy(scores.float(), labels[at])
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    return loss.item()


def _save(path: Path, state: dict[str, Any], step: int) -> None:
    part = path.with_suffix(".part")
    torch.save({"step": step, **{name: x.state_dict() for name, x in state.items()}}, part)
    part.replace(path)


def _load(path: Path, state: dict[str, Any]) -> int:
    if not path.exists():
        return 0
    saved = torch.load(path, weights_only=True)
    for name, part in state.items():
        part.load_state_dict(saved[name])
    return int(saved["step"])
