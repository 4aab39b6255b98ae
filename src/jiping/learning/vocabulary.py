"""A backbone with the word pieces that Chinese reports need, and no others.

The published vocabulary holds every Chinese character twice (alone and as `##` continuation, which
the tokenizer never yields for Chinese), other scripts and whole English words: half of its rows
of the embedding table are never read.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import torch
from transformers import BertModel

# The tokens with a meaning of their own; [unused1..8] mark the ranks of units (network.py).
SPECIAL: Final = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
MARKERS: Final = tuple(f"[unused{i}]" for i in range(1, 9))
# Pieces of digits, single letters.
ALWAYS: Final = re.compile(r"(?:##)?(?:[0-9]{1,4}|[a-z])")
_KANA: Final = re.compile(r"[\u0370-\u04ff\u3040-\u312f]")


def keeps(vocabulary: Iterable[str], seen: set[str]) -> list[str]:
    """Return the pieces to keep, in the order of `vocabulary`.

    `seen` holds pieces that some text uses; they are kept whatever they are.
    """
    named = {*SPECIAL, *MARKERS}
    return [
        piece
        for piece in vocabulary
        if piece in named or piece in seen or ALWAYS.fullmatch(piece) or _simplified(piece)
    ]


def _simplified(piece: str) -> bool:
    """Return whether `piece` is one character of GB 2312: its Chinese, punctuation and signs."""
    try:
        return len(piece) == 1 and len(piece.encode("gb2312")) > 0 and not _KANA.match(piece)
    except UnicodeEncodeError:
        return False


def pieces_of(tokenizer_file: Path, texts: Iterable[str]) -> set[str]:
    """Return the word pieces that `texts` use."""
    from tokenizers import Tokenizer

    spec = json.loads(tokenizer_file.read_text(encoding="utf-8"))
    spec["normalizer"]["lowercase"] = True  # the pieces are lower-case; GDP would be unknown
    tokenizer = Tokenizer.from_str(json.dumps(spec))
    tokenizer.no_truncation()
    return {
        piece
        for text in texts
        for line in text.splitlines()
        for piece in tokenizer.encode(line, add_special_tokens=False).tokens
    }


def trim(base: Path, out: Path, texts: Iterable[str]) -> int:
    """Write the backbone `base` to `out` with a trimmed vocabulary; return its new size.

    On any of `texts` the trimmed model gives the same vectors as `base`.
    """
    model: Any = BertModel.from_pretrained(base, add_pooling_layer=False, dtype=torch.float32)
    spec = json.loads((base / "tokenizer.json").read_text(encoding="utf-8"))
    old: dict[str, int] = spec["model"]["vocab"]
    kept = keeps(sorted(old, key=old.__getitem__), pieces_of(base / "tokenizer.json", texts))
    rows = torch.tensor([old[piece] for piece in kept])
    weight = model.embeddings.word_embeddings.weight.data[rows].clone()
    model.resize_token_embeddings(len(kept))
    model.embeddings.word_embeddings.weight.data.copy_(weight)
    model.config.pad_token_id = kept.index("[PAD]")
    _write_tokenizer(spec, kept, out)
    model.save_pretrained(out)
    for name in ("tokenizer_config.json", "special_tokens_map.json"):
        if (base / name).exists():
            shutil.copyfile(base / name, out / name)
    return len(kept)


def _write_tokenizer(spec: dict[str, Any], kept: list[str], out: Path) -> None:
    """Write tokenizer.json and vocab.txt with the pieces renumbered in the order kept."""
    at = {piece: i for i, piece in enumerate(kept)}
    spec["model"]["vocab"] = at
    spec["normalizer"]["lowercase"] = True
    spec["added_tokens"] = [
        {**token, "id": at[token["content"]]}
        for token in spec["added_tokens"]
        if token["content"] in at
    ]
    frame = spec["post_processor"] or {}
    for name, entry in frame.get("special_tokens", {}).items():
        entry["ids"] = [at[name]]
    for side in {"sep", "cls"} & frame.keys():
        name = frame[side][0]
        frame[side] = [name, at[name]]
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(spec, ensure_ascii=False)
    (out / "tokenizer.json").write_text(text, encoding="utf-8")
    (out / "vocab.txt").write_text("\n".join(kept) + "\n", encoding="utf-8")
