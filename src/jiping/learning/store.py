"""A network on disk: network.json (its shape and its BERT's), weights, tokenizer.json."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from transformers import AutoTokenizer, BertConfig, BertModel

from jiping.errors import BadModel
from jiping.learning.network import Network

WEIGHTS = "weights.safetensors"
SHAPE = "network.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a network consists of beside its BERT; `window` is in pieces."""

    window: int
    context: bool = True
    hints: bool = True


def save_network(network: Network, shape: Shape, tokenizer: Tokenizer, out: Path) -> None:
    """Write a network, its weights in float16, so that it can be fine-tuned further."""
    out.mkdir(parents=True, exist_ok=True)
    half = {
        name: tensor.detach().cpu().to(torch.float16).contiguous()
        for name, tensor in network.state_dict().items()
        if tensor.is_floating_point()
    }
    save_file(half, out / WEIGHTS)
    about = asdict(shape) | {"bert": network.bert.config.to_diff_dict()}
    (out / SHAPE).write_text(json.dumps(about, indent=1), encoding="utf-8")
    tokenizer.save(str(out / "tokenizer.json"))


def load_network(path: Path, dropout: float = 0.1) -> tuple[Network, Shape, Tokenizer]:
    """Read what `save_network` wrote, in float32."""
    about = json.loads((path / SHAPE).read_text(encoding="utf-8"))
    config = BertConfig(**about.pop("bert") | {"hidden_dropout_prob": dropout})
    config._attn_implementation = "eager"
    shape = Shape(**about)
    bert = BertModel(config, add_pooling_layer=False)
    network = Network(bert, context=shape.context, hints=shape.hints)
    weights = {name: tensor.float() for name, tensor in load_file(path / WEIGHTS).items()}
    network.load_state_dict(weights, strict=False)
    missing = {name for name, _ in network.named_parameters()} - set(weights)
    if missing:
        raise ValueError(f"{path / WEIGHTS} lacks {sorted(missing)[:3]}")
    return network, shape, tokenizer_of(str(path))


def averaged(trained: Sequence[Path], out: Path) -> Path:
    """Write the network whose weights are the mean of others', and return its directory.

    Raises:
        BadModel: they differ in shape.
    """
    shapes = {(path / SHAPE).read_text(encoding="utf-8") for path in trained}
    if len(shapes) > 1:
        raise BadModel(f"{'、'.join(map(str, trained))}：网络结构不同，不能取平均")
    weights = [load_file(path / WEIGHTS) for path in trained]
    mean = {
        name: torch.stack([each[name].float() for each in weights]).mean(0).to(torch.float16)
        for name in weights[0]
    }
    out.mkdir(parents=True, exist_ok=True)
    save_file(mean, out / WEIGHTS)
    for name in (SHAPE, "tokenizer.json"):
        shutil.copyfile(trained[0] / name, out / name)
    return out


def tokenizer_of(base: str) -> Tokenizer:
    """Return the tokenizer of a directory, or of a name on the hub."""
    file = Path(base) / "tokenizer.json"
    if file.exists():
        return Tokenizer.from_file(str(file))
    found: Tokenizer = AutoTokenizer.from_pretrained(base, use_fast=True).backend_tokenizer
    return found
