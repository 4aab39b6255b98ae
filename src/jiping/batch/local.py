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

from jiping.analyze import Analyzer, Prepared, failed, guarded, prepare
from jiping.batch.plan import Task
from jiping.batch.work import Outcome, load, overridden
from jiping.errors import JipingError
from jiping.report import Failure, Report

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
    reader = _Reader(analyzer.any_text, limit)
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
            report = _label(task, found, analyzer)
            done.put(
                Outcome(
                    task=task,
                    report=overridden(report, task),
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


def _label(task: Task, found: Prepared | Failure, analyzer: Analyzer) -> Report:
    if isinstance(found, Failure):
        return failed(task.address, found.code, found.message)
    return guarded(task.address, lambda: analyzer.label(found))


class _Reader:
    """A process that reads files; killed and made anew when one takes too long or breaks it."""

    def __init__(self, any_text: bool, limit: float) -> None:
        self._any_text = any_text
        self._limit = limit
        self._sent = 0.0
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
        self._pipe.send(task.address)

    def receive(self) -> tuple[Prepared | Failure, float]:
        """Return what became of the file last sent, and the seconds since."""
        try:
            self._await_start()
            left = self._limit - (time.perf_counter() - self._sent)
            if not self._pipe.poll(max(left, 0)):
                self._restart()
                message = f"读取超过 {self._limit:.0f} 秒，已跳过；请检查文件是否过大或损坏"
                return Failure(code="timeout", message=message), self._limit
            found: Prepared | Failure = self._pipe.recv()
        except (EOFError, OSError):
            self._restart()
            message = "读取时程序崩溃，已跳过；请将文件另存为新文件后重试"
            found = Failure(code="crashed", message=message)
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
    """Serve one pipe: address in, prepared source or failure out."""
    pipe.send("up")
    while True:
        try:
            address = pipe.recv()
        except EOFError:
            return
        pipe.send(_read_one(address, any_text))


def _read_one(address: str, any_text: bool) -> Prepared | Failure:
    try:
        return prepare(load(address), any_text=any_text)
    except JipingError as error:
        return Failure(code=error.code, message=str(error))
    except Exception as error:  # the broad catch of a run: one file must not stop the others
        message = f"{address}：读取时发生意外错误（{type(error).__name__}），请检查文件是否损坏"
        return Failure(code="unreadable", message=message)
