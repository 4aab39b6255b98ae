"""The machine-learning backend that a running Label Studio asks for live predictions.

Speaks its protocol (/health, /setup, /predict, /versions, /train, /webhook) over the standard library's server. Training is only
asked for: the request goes to a queue file, and `jiping train` is a person's decision.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from jiping.analyze import Analyzer
from jiping.annotation.interface import TEXT
from jiping.annotation.tasks import prediction_of, version_of
from jiping.errors import JipingError
from jiping.reading.source import Source

log = logging.getLogger(__name__)
_MOST_BYTES: Final = 64 << 20


@dataclass(slots=True)
class Backend:
    """Answers Label Studio's requests; `queue` is the file that asks for training, a JSON object a line."""

    analyzer: Analyzer
    queue: Path
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.analyzer = replace(self.analyzer, any_text=True, with_text=True)

    @property
    def version(self) -> str:
        """What makes the predictions, as they name it."""
        labeller = self.analyzer.labeller
        return version_of(labeller.info) if labeller else "jiping"

    def answer(self, path: str, body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """Return status and answer of a request."""
        match path.partition("?")[0].rstrip("/"):
            case "" | "/health":
                return 200, {"status": "UP", "model_class": "jiping"}
            case "/setup":
                return 200, {"model_version": self.version}
            case "/versions":
                return 200, {"versions": [self.version]}
            case "/predict":
                tasks = body.get("tasks") or []
                return 200, {
                    "results": [self._predict(t) for t in tasks],
                    "model_version": self.version,
                }
            case "/train" | "/webhook":
                return 201, self._ask(body)
        return 404, {"detail": f"没有这个地址：{path}"}

    def _predict(self, task: Mapping[str, Any]) -> dict[str, Any]:
        """Return the prediction for a task, an empty one for a text that cannot be labelled."""
        text = str(task.get("data", {}).get(TEXT) or "")
        try:
            report = self.analyzer.analyze(_source(text))
        except JipingError as error:
            log.warning("task %s: %s", task.get("id"), error)
            return {"result": [], "score": 0.0, "model_version": self.version}
        return prediction_of(report)

    def _ask(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Queue a request for training; what was merely annotated asks for nothing."""
        action = body.get("action", "START_TRAINING")
        if action != "START_TRAINING":
            return {"queued": False, "action": action}
        project = body.get("project")
        number = project.get("id") if isinstance(project, Mapping) else project
        line = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "project": number}
        with self._lock:
            self.queue.parent.mkdir(parents=True, exist_ok=True)
            with self.queue.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        return {"queued": True, "job": line["at"]}


def _source(text: str) -> Source:
    data = text.encode("utf-8", "surrogatepass")
    digest = hashlib.sha256(data).hexdigest()
    return Source(path="label-studio", sha256=digest, media_type="text/plain", text=text)


def backend_server(backend: Backend, host: str, port: int) -> ThreadingHTTPServer:
    """Return a server bound to `host:port` (0 takes a free port); `serve_forever` runs it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(*backend.answer(self.path, {}))

        def do_POST(self) -> None:
            try:
                size = int(self.headers.get("Content-Length") or 0)
                if size > _MOST_BYTES:
                    return self._reply(413, {"detail": "请求太大"})
                body = json.loads(self.rfile.read(size) or b"{}")
            except ValueError:
                return self._reply(400, {"detail": "请求不是 JSON"})
            if not isinstance(body, dict):
                return self._reply(400, {"detail": "请求不是 JSON 对象"})
            try:
                return self._reply(*backend.answer(self.path, body))
            except Exception:
                log.exception("%s: unexpected failure", self.path)
                return self._reply(500, {"detail": "服务内部错误，详见日志"})

        def _reply(self, status: int, answer: Mapping[str, Any]) -> None:
            data = json.dumps(answer, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            log.info(format, *args)

    return ThreadingHTTPServer((host, port), Handler)
