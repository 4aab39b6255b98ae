"""What a training run reads: written reports, the statement bank, and composed reports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from jiping.annotation.compose import compose
from jiping.learning.train import Mix
from jiping.report import Report

# Seeds of epochs are this far apart, so that runs of near seeds do not share composed reports.
_APART = 100_003


def mixed(reports: Sequence[Report], bank: Sequence[Report], composed: int, seed: int) -> Mix:
    """Return what gives the reports of an epoch: `reports`, `bank`, and `composed` new ones."""

    def epoch(number: int) -> Iterable[Report]:
        made = compose(reports, bank, seed * _APART + number) if composed else iter(())
        return [*reports, *bank, *islice(made, composed)]

    return epoch
