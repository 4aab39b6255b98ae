"""The local engine: processes read, threads label round one model.

Reading runs strange files through libraries that may crash or hang, so it has processes that can be killed; the model is
loaded once and releases the lock while it runs, so it has threads. Each thread owns one reader and sends it the next file
before it labels the last: reading and labelling overlap.
"""

from __future__ import annotations

import multiprocessing
import queue
import threading
import time
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection
from typing import Any

from jiping.analyze import Analyzer, Prepared, failed, prepared
from jiping.batch.plan import Task
from jiping.batch.work import Outcome, input_of, overridden
from jiping.report import Report

_SPAWN = multiprocessing.get_context("spawn")  # the one way that all systems have


def run_local(
    tasks: Iterable[Task], analyzer: Analyzer, *, workers: int, limit: float
) -> Iterator[Outcome]:
    """Yield the outcome of each task, in any order. `limit` is the seconds a file may take."""
    source = _Source(tasks)
    done: queue.Queue[Outcome | BaseException | None] = queue.Queue(maxsize=workers * 4)
    threads = [
        threading.Thread(target=_serve, args=(source, analyzer, limit, done), daemon=True)
        for _ in range(workers)
    ]
    for thread in threads:
        thread.start()
    left = workers
    while left:
        outcome = done.get()
        if outcome is None:
            left -= 1
        elif isinstance(outcome, BaseException):
            raise outcome
        else:
            yield outcome


class _Source:
    """Hands out tasks to threads, one at a time."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._tasks = iter(tasks)
        self._lock = threading.Lock()

    def take(self) -> Task | None:
        with self._lock:
            return next(self._tasks, None)


def _serve(source: _Source, analyzer: Analyzer, limit: float, done: queue.Queue[Any]) -> None:
    """Read ahead by one file and label; what breaks here is no file's fault and ends the run."""
    reader = _Reader(any_text=analyzer.any_text, limit=limit)
    try:
        task = source.take()
        if task is not None:
            reader.send(task)
        while task is not None:
            found, seconds = reader.receive()
            following = source.take()
            if following is not None:
                reader.send(following)
            begin = time.perf_counter()
            if isinstance(found, Prepared):
                found = analyzer.guarded_label(task.address, found)
            done.put(
                Outcome(
                    task=task,
                    report=overridden(found, task),
                    reading=seconds,
                    labelling=time.perf_counter() - begin,
                )
            )
            task = following
    except BaseException as error:
        done.put(error)
    finally:
        reader.close()
        done.put(None)


class _Reader:
    """A process that reads files; killed and made anew when one takes too long or breaks it."""

    def __init__(self, *, any_text: bool, limit: float) -> None:
        self._any_text = any_text
        self._limit = limit
        self._sent = 0.0
        self._address = ""
        self._start()

    def _start(self) -> None:
        self._pipe, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_read_all, args=(theirs, self._any_text), daemon=True)
        self._process.start()
        theirs.close()
        self._ready = False

    def send(self, task: Task) -> None:
        if not self._process.is_alive():
            self._start()
        self._sent = time.perf_counter()
        self._address = task.address
        self._pipe.send(task)

    def receive(self) -> tuple[Prepared | Report, float]:
        """Return what became of the file last sent, and the seconds since."""
        try:
            self._await_start()
            left = self._limit - (time.perf_counter() - self._sent)
            if not self._pipe.poll(max(left, 0)):
                self._restart()
                message = f"读取超过 {self._limit:.0f} 秒，已跳过；请检查文件是否过大或损坏"
                return failed(self._address, "timeout", message), self._limit
            found: Prepared | Report = self._pipe.recv()
        except (EOFError, OSError):
            self._restart()
            message = "读取时程序崩溃，已跳过；请将文件另存为新文件后重试"
            found = failed(self._address, "crashed", message)
        return found, time.perf_counter() - self._sent

    def _await_start(self) -> None:
        """Wait for a new process to say that it is up: starting is not the file's fault."""
        if not self._ready:
            self._pipe.recv()
            self._ready = True
            self._sent = time.perf_counter()

    def _restart(self) -> None:
        self._process.kill()
        self._process.join()
        self._pipe.close()
        self._start()

    def close(self) -> None:
        self._process.kill()
        self._pipe.close()


def _read_all(pipe: Connection, any_text: bool) -> None:
    """Serve one pipe: task in, prepared source or the report of a failure out."""
    pipe.send("up")
    while True:
        try:
            task: Task = pipe.recv()
        except EOFError:
            return
        pipe.send(prepared(input_of(task), any_text=any_text))
