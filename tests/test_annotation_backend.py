"""What Label Studio asks of its machine-learning backend, over a real socket."""

import json
import threading
import urllib.error
import urllib.request

import pytest

from jiping.analyze import Analyzer
from jiping.annotation.backend import Backend, backend_server
from jiping.model.rules import Rules

TEXT = (
    "青石县档案馆绩效自评报告😀\n一、存在的问题\n资金拨付不及时。\n二、改进措施\n加快资金拨付。\n"
)


@pytest.fixture
def ask(tmp_path):
    server = backend_server(
        Backend(Analyzer(Rules()), tmp_path / "runs" / "q.jsonl"),
        "127.0.0.1",
        0,
    )

    def post(path, body=None):
        url = f"http://127.0.0.1:{server.server_port}{path}"
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(urllib.request.Request(url, data), timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    with server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield post
        server.shutdown()


def test_it_is_up_and_names_its_model(ask):
    assert ask("/health")[1]["status"] == "UP"
    assert ask("/setup", {"project": "1.1"}) == (200, {"model_version": "rules 0.1.0"})
    assert ask("/versions") == (200, {"versions": ["rules 0.1.0"]})


def test_a_prediction_for_each_task_and_an_empty_one_without_text(ask):
    status, told = ask(
        "/predict", {"tasks": [{"id": 1, "data": {"text": TEXT}}, {"id": 2, "data": {}}]}
    )
    assert status == 200
    first, empty = told["results"]
    assert empty["result"] == []
    problem = next(r["value"] for r in first["result"] if r["value"].get("labels") == ["问题"])
    assert TEXT[problem["start"] : problem["end"]] == "资金拨付不及时。"
    assert 0 < first["score"] <= 1


@pytest.mark.parametrize("path", ["/webhook", "/train"])
def test_training_is_queued_and_mere_events_are_not(ask, tmp_path, path):
    body = {"action": "START_TRAINING", "project": {"id": 7}}
    assert ask(path, body)[1]["queued"]
    assert not ask(path, body | {"action": "ANNOTATION_CREATED"})[1]["queued"]
    lines = (tmp_path / "runs" / "q.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["project"] for line in lines] == [7]


@pytest.mark.parametrize(
    ("path", "body", "status", "detail"),
    [
        ("/predict", b"{", 400, "请求不是 JSON"),
        ("/predict", b"[]", 400, "请求不是 JSON 对象"),
        ("/predict", {"tasks": 5}, 500, "服务内部错误，详见日志"),
        ("/nothing", None, 404, "没有这个地址：/nothing"),
    ],
)
def test_what_cannot_be_answered_is_told(ask, path, body, status, detail):
    assert ask(path, body) == (status, {"detail": detail})
