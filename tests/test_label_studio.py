"""Against the real server: LABEL_STUDIO names its executable (`make test-label-studio`)."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import threading
import time
import urllib.request
from dataclasses import replace

import pytest

from jiping.analyze import Analyzer
from jiping.annotation.backend import Backend, _source, backend_server
from jiping.annotation.corpus import read_reports
from jiping.annotation.lines import Line, report_of
from jiping.annotation.marked import read_marked
from jiping.annotation.tasks import prediction_of, task_of
from jiping.cli import cli
from jiping.errors import BadSettings
from jiping.model.rules import Rules
from jiping.report import ModelInfo

LABEL_STUDIO = os.environ.get("LABEL_STUDIO")
pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(not LABEL_STUDIO, reason="LABEL_STUDIO does not name label-studio"),
]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")
TOKEN = "0123456789abcdef0123456789abcdef01234567"
BOSS, SECOND = "boss@example.com", "second@example.com"
DRAFT = """#! id=S-{n} | family=hunan | outline=试 | unit=青石县档案馆 | year=2023
## front_matter
H | 青石县档案馆绩效自评报告😀第{n}份
## performance_targets
T quantified | 修复档案😀300卷。
&+T | 其中民国档案不少于40卷。
## problems
P procurement,internal_control | （一）三家比价没留记录。
&+P staffing | 原因是一个人管三本账。
## measures
M procurement >1 | 比价单随凭证装订。
"""


def draft(n):
    return next(read_marked(DRAFT.format(n=n), "甲"))


def crlf():
    """A report whose text has CRLF, tabs and characters outside the BMP."""
    lines = [
        Line(kind="other", section="problems", text="存在问题：\r\n\t😀"),
        Line(
            kind="problem", section="problems", text="𠮷安路的账\r\n对不上。", areas=("fund_use",)
        ),
    ]
    return report_of(lines, {"id": "S-crlf", "author": "甲"})


def free_port():
    with socket.socket() as at:
        at.bind(("127.0.0.1", 0))
        return at.getsockname()[1]


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    home, port = tmp_path_factory.mktemp("label-studio"), free_port()
    command = [LABEL_STUDIO, "start", "--no-browser", "--data-dir", str(home), "--port", str(port)]
    command += ["--internal-host", "127.0.0.1", "--username", BOSS, "--password", "Jiping-12345"]
    command += ["--user-token", TOKEN, "--enable-legacy-api-token"]
    env = os.environ | {
        "LABEL_STUDIO_BASE_DATA_DIR": str(home),
        "COLLECT_ANALYTICS": "false",
        "USE_DEFAULT_BANNED_SUBNETS": "false",
        "PYTHONPATH": "",
    }
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(command, env=env, stdout=log, stderr=log, cwd=home)
        try:
            wait(f"http://127.0.0.1:{port}/health", server, home / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(30)


def wait(address, server, log):
    for _ in range(240):
        assert server.poll() is None, log.read_text("utf-8")[-2000:]
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):
            return
        time.sleep(0.5)
    raise AssertionError(log.read_text("utf-8")[-2000:])


@pytest.fixture
def server(url):
    from jiping.annotation.labelstudio import Server

    with Server(url, TOKEN) as found:
        yield found


@pytest.fixture
def project(server, request):
    return server.setup(f"试 {request.node.name}"[:50])


def submit(server, task, results=None):
    """What the browser does when an annotator presses Submit."""
    results = task["predictions"][0]["result"] if results is None else results
    return server._client.annotations.create(id=task["id"], result=results)


def labels(report):
    return replace(report, model=None)


def test_push_without_edit_and_pull_gives_the_same_reports(server, project):
    reports = [draft(1), draft(2), crlf()]
    assert server.push(project, reports).made == 3
    for task in server._tasks(project):
        submit(server, task)
    pulled = server.pull(project)
    assert (pulled.open, pulled.refused) == (0, [])
    assert [labels(r) for r in pulled.reports] == [labels(r) for r in reports]
    assert {r.model.name for r in pulled.reports} == {BOSS}


@pytest.fixture
def browser(url):
    if not (CHROMIUM and DRIVER):
        pytest.skip("chromium and chromedriver are not installed")
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ("--headless=new", "--no-sandbox", "--window-size=1600,1000"):
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    driver.implicitly_wait(30)
    driver.get(f"{url}/user/login")
    driver.find_element("name", "email").send_keys(BOSS)
    driver.find_element("name", "password").send_keys("Jiping-12345")
    driver.find_element("name", "password").submit()
    support = pytest.importorskip("selenium.webdriver.support.ui")
    support.WebDriverWait(driver, 30).until(lambda d: "login" not in d.current_url)
    yield driver
    driver.quit()


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_submit_pressed_in_a_browser_changes_nothing(server, project, url, browser):
    reports = [draft(1), crlf()]
    server.push(project, reports)
    for task in server._tasks(project):
        browser.get(f"{url}/projects/{project}/data?task={task['id']}")
        browser.find_element("css selector", ".htx-highlight")
        shown = [x.text for x in browser.find_elements("css selector", ".htx-highlight")]
        assert "😀" in "".join(shown)
        browser.find_element("xpath", "//button[normalize-space()='Submit']").click()
        browser.find_element("xpath", "//button[normalize-space()='Update']")
    assert [labels(r) for r in server.pull(project).reports] == [labels(r) for r in reports]


def test_setup_and_push_are_safe_to_repeat(server, project, request):
    assert server.setup(f"试 {request.node.name}"[:50]) == project
    done = [server.push(project, [draft(1), draft(1), draft(2)]) for _ in range(2)]
    assert [(d.made, d.kept) for d in done] == [(2, 1), (0, 3)]
    newer = replace(draft(1), model=ModelInfo(name="jiping-small", version="2"))
    again = [server.push(project, [newer]) for _ in range(2)]
    assert [(d.made, d.predicted, d.kept) for d in again] == [(0, 1, 0), (0, 0, 1)]
    assert len(list(server._tasks(project))) == 2


def test_a_project_with_another_interface_is_left_alone(server):
    other = '<View><Text name="t" value="$text"/></View>'
    server._client.projects.create(title="别人的项目", label_config=other)
    with pytest.raises(BadSettings, match="标注界面不同"):
        server.setup("别人的项目")


def test_changed_and_half_annotated_tasks_are_refused_and_the_others_pulled(server, project):
    server.push(project, [draft(n) for n in (1, 2, 3, 4)])
    whole, changed, half, _ = sorted(server._tasks(project), key=lambda t: t["data"]["name"])
    submit(server, whole)
    submit(server, changed)
    server._client.tasks.update(str(changed["id"]), data=changed["data"] | {"text": "改了"})
    submit(server, half, [r for r in half["predictions"][0]["result"] if r.get("id") != "s3"])
    pulled = server.pull(project)
    assert [r.source.path for r in pulled.reports] == ["S-1"]
    assert pulled.open == 1
    assert "S-2，boss@example.com）：任务的文本与推送时不同" in pulled.refused[0]
    assert (
        "S-3，boss@example.com）：没有标完：“（一）三家比价没留记录。”还没有标注"
        in pulled.refused[1]
    )


@pytest.mark.parametrize(
    ("token", "message"),
    [("0" * 40, "令牌不被接受（401）"), ("", "没有令牌"), ("a.b.c", "令牌")],
)
def test_a_wrong_token_is_told(url, token, message):
    from jiping.annotation.labelstudio import Server

    with pytest.raises(BadSettings, match=message), Server(url, token) as server:
        server.setup("试试看")


def test_a_missing_project_is_told(server):
    with pytest.raises(BadSettings, match=r"没有这个项目（404）"):
        server.pull(10**6)


def test_a_dead_server_is_told():
    from jiping.annotation.labelstudio import Server

    with (
        pytest.raises(BadSettings, match="连不上 Label Studio"),
        Server(f"http://127.0.0.1:{free_port()}", TOKEN) as server,
    ):
        server.setup("试试看")


def test_the_commands_push_and_pull(url, server, tmp_path, monkeypatch):
    from click.testing import CliRunner

    monkeypatch.setenv("LABEL_STUDIO_URL", url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", TOKEN)
    file, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    file.write_bytes(draft(7).to_json() + b"\n")
    run = CliRunner().invoke
    number = run(cli, ["annotate", "setup", "--title", "命令行"]).output.strip()
    pushed = run(cli, ["annotate", "push", number, str(file)])
    assert pushed.output == "新建 1 个任务，补充预标注 0 个，已有未动 0 个\n"
    for task in server._tasks(int(number)):
        submit(server, task)
    for _ in range(2):
        pulled = run(cli, ["annotate", "pull", number, "--out", str(out)])
        assert pulled.output.startswith("取回 1 份，未完成 0 个任务")
    assert [labels(r) for r in read_reports(out)] == [labels(draft(7))]


def test_a_running_server_gets_live_predictions(server, project, tmp_path):
    backend = backend_server(Backend(Analyzer(Rules()), tmp_path / "q.jsonl"), "127.0.0.1", 0)
    with backend:
        threading.Thread(target=backend.serve_forever, daemon=True).start()
        try:
            address = f"http://127.0.0.1:{backend.server_port}"
            made = server._client.ml.create(project=project, url=address, title="jiping")
            task = server._client.tasks.create(project=project, data=task_of(draft(9))["data"])
            server._client.ml.train(made.id)
            found = predicted(server, project, task.id)
        finally:
            backend.shutdown()
    alone = Analyzer(Rules(), any_text=True, with_text=True).analyze(_source(draft(9).source.text))
    assert found["result"] == prediction_of(alone)["result"]
    assert found["model_version"] == "rules 0.1.0"
    asked = [json.loads(x) for x in (tmp_path / "q.jsonl").read_text("utf-8").splitlines()]
    assert [a["project"] for a in asked] == [project]


def predicted(server, project, task):
    """Ask for predictions as the data manager's Retrieve Predictions does, and return the task's."""
    server._client.actions.create(
        id="retrieve_tasks_predictions",
        project=project,
        selected_items={"all": False, "included": [task]},
    )
    return next(iter(next(t for t in server._tasks(project) if t["id"] == task)["predictions"]))
