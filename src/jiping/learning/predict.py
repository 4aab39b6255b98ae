"""A network as a labeller in float32, with the same face as the shipped model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from jiping.learning.network import Network
from jiping.learning.store import load_network
from jiping.model.columns import COLUMNS, scores_of
from jiping.model.scores import Array, Scores
from jiping.model.windows import Windower, features
from jiping.model.words import Words, mixed
from jiping.statements.unit import Unit


class Labeller:
    """Scores units with a torch network, a window at a time."""

    def __init__(
        self, network: Network, tokenizer: Tokenizer, window: int, words: Words | None = None
    ) -> None:
        self.network, self.windower, self.words = network, Windower(tokenizer, window), words

    @classmethod
    def load(cls, path: Path, words: Words | None = None) -> Labeller:
        """Read a network that `save_network` wrote."""
        network, shape, tokenizer = load_network(path)
        return cls(network, tokenizer, shape.window, words)

    def score(self, units: Sequence[Unit]) -> Scores:
        """Return the scores of one report's units, at temperature 1."""
        return scores_of(self.output(units), {})

    @torch.no_grad()
    def output(self, units: Sequence[Unit]) -> Array:
        """Return the logits, (units, COLUMNS) float32."""
        device = next(self.network.parameters()).device
        was, shown = self.network.training, features(units)
        self.network.eval()
        rows = [np.zeros((0, COLUMNS), np.float32)]
        for window in self.windower.windows(units):
            inputs = window.inputs(shown)
            out = self.network(**{k: torch.from_numpy(x).to(device) for k, x in inputs.items()})
            rows.append(out[0, window.keep.start : window.keep.stop].cpu().numpy())
        self.network.train(was)
        out = np.concatenate(rows)
        if self.words is None:
            return out
        return mixed(out, self.words.logits([u.text for u in units]), self.words.share)
