"""How far a run is, written to the job's folder while it lives: --status tells a dead job by a file that stands still."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from jiping import __version__
from jiping.batch.files import write_whole
from jiping.batch.store import Done
from jiping.errors import BadSettings

# Seconds between two writings of progress.json, and without one until a job counts as dead.
_BEAT = 2.0
_DEAD = 30.0


@dataclass(slots=True, kw_only=True)
class Progress:
    """How far a run is; written to progress.json, and as run.json when it ends.

    `state` is planning, running, finished or stopped. `quiet` is the seconds since it was written, known to readers only.
    """

    total: int = 0
    model: str
    version: str = __version__
    state: str = "planning"
    done: int = 0
    failed: int = 0
    characters: int = 0
    seconds: float = 0.0
    reading_seconds: float = 0.0
    labelling_seconds: float = 0.0
    failures: list[Done] = field(default_factory=list)
    quiet: float = 0.0

    @property
    def rate(self) -> float:
        """Reports a second so far; 0 before the first."""
        return self.done / self.seconds if self.seconds else 0.0

    @property
    def eta(self) -> float | None:
        """Seconds that are left at this rate, None before the first report."""
        return (self.total - self.done) / self.rate if self.done else None


@contextlib.contextmanager
def beating(progress: Progress, path: Path) -> Iterator[None]:
    """Write progress at once, every two seconds whatever the engine does, and when the block ends.

    Raises:
        OSError: the first or the last writing failed; those between may, for the next one comes.
    """
    stop = threading.Event()

    def beat() -> None:
        while not stop.wait(_BEAT):
            with contextlib.suppress(OSError):
                _write(progress, path)

    _write(progress, path)
    heart = threading.Thread(target=beat, daemon=True)
    heart.start()
    try:
        yield
    except BaseException:
        progress.state = "stopped"
        raise
    finally:
        stop.set()
        heart.join()
        with contextlib.suppress(OSError):  # a full disk is told by what made the run stop
            _write(progress, path)


def _write(progress: Progress, path: Path) -> None:
    write_whole(path, msgspec.json.format(msgspec.json.encode(progress)))


def status(out: Path) -> Progress:
    """Return how far the job in a folder is; one that died without a word has the state stopped.

    Raises:
        BadSettings: there is no job in the folder.
    """
    path = out / "progress.json"
    try:
        progress = msgspec.json.decode(path.read_bytes(), type=Progress)
        progress.quiet = max(time.time() - path.stat().st_mtime, 0.0)
    except OSError as error:
        raise BadSettings(f"{out}：这个文件夹里没有批处理任务") from error
    if progress.state in ("planning", "running") and progress.quiet > _DEAD:
        progress.state = "stopped"
    return progress
