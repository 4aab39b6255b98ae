"""What a model says about units, before anything is decided."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """One row a unit, float32.

    `section` (units, 13), `kind` (units, 7) and `clarity` (units, 3) are probabilities that sum to 1;
    `areas` (units, 20) and `begins` (units,) are independent probabilities; `begins` says that a unit opens a new problem,
    measure or target rather than going on with the one before. `link_problem` and `link_measure` (units, width) are vectors
    whose product scores a pair; width 0 where the labeller does not link. Columns are in the order of labels.py.
    """

    section: Array
    kind: Array
    areas: Array
    clarity: Array
    begins: Array
    link_problem: Array
    link_measure: Array
