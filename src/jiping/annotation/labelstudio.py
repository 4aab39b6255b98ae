"""Label Studio: make the project, push reports, pull finished work. The only home of its SDK.

Every call is safe to repeat: a report is known by the sha256 of its text, what is on the server is not
pushed again, and nothing on it is ever changed or deleted.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Concatenate, Final, ParamSpec, TypeVar, cast

from jiping.annotation.finished import report_of_task
from jiping.annotation.interface import labelling_interface
from jiping.annotation.tasks import prediction_of, sha, task_of, version_of
from jiping.errors import BadAnnotation, BadSettings, MissingExtra
from jiping.report import Report

_BATCH: Final = 20
_SECONDS: Final = 60
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class Pushed:
    """What a push did: tasks made, predictions added to tasks that were there, reports left alone."""

    made: int = 0
    predicted: int = 0
    kept: int = 0


@dataclass(slots=True)
class Pulled:
    """What a pull found: reports, tasks nobody has finished, and why each refused one was refused."""

    reports: list[Report] = field(default_factory=list)
    open: int = 0
    refused: list[str] = field(default_factory=list)


def _spoken(
    call: Callable[Concatenate[Server, P], T],
) -> Callable[Concatenate[Server, P], T]:
    """Say what went wrong between us and the server in Chinese."""

    @functools.wraps(call)
    def spoken(self: Server, *args: P.args, **kwargs: P.kwargs) -> T:
        import httpx
        from label_studio_sdk.core.api_error import ApiError

        try:
            return call(self, *args, **kwargs)
        except ApiError as error:
            raise BadSettings(self.trouble(error.status_code, error.body)) from error
        except httpx.TimeoutException as error:
            raise BadSettings(
                f"{self.url}：等了 {_SECONDS} 秒没有答复；请稍后重做，已完成的不会重复"
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise BadSettings(
                f"{self.url}：连不上 Label Studio（{error}）；请确认已启动、地址正确，然后重做，已完成的不会重复"
            ) from error

    return cast("Callable[Concatenate[Server, P], T]", spoken)


class Server:
    """A Label Studio server; every method raises BadSettings, in Chinese, where it cannot be used."""

    def __init__(self, url: str, token: str) -> None:
        try:
            from label_studio_sdk import LabelStudio
        except ImportError as error:
            raise MissingExtra("label-studio-sdk", "annotate") from error
        self.url = url.rstrip("/")
        if not token:
            raise BadSettings("没有令牌；请用 --token 或环境变量 LABEL_STUDIO_API_KEY 给出")
        import httpx

        self._http = httpx.Client(timeout=_SECONDS, follow_redirects=True)
        try:
            self._client: Any = LabelStudio(
                base_url=self.url, api_key=token, httpx_client=self._http
            )
        except Exception as error:  # whatever the SDK's JWT library raises for a malformed token
            self._http.close()
            raise BadSettings(
                f"令牌的格式不对（{error}）；请在 Label Studio 的账户页重新复制"
            ) from error

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def trouble(self, status: int | None, body: object) -> str:
        """Return what a refusal of the server means and what to do."""
        if status in (401, 403):
            return f"{self.url}：令牌不被接受（{status}）；请在 Label Studio 的账户页重新复制令牌"
        if status == 404:
            return (
                f"{self.url}：没有这个项目（404）；请核对项目编号，或先运行 jiping annotate setup"
            )
        return f"{self.url}：服务器拒绝了请求（{status}）：{str(body)[:200]}"

    @_spoken
    def setup(self, title: str) -> int:
        """Return the id of the project of this title, made with our interface where there is none.

        Raises:
            BadSettings: the project is there with another interface.
        """
        config = labelling_interface()
        for project in self._client.projects.list():
            if project.title == title:
                if (project.label_config or "").strip() != config.strip():
                    raise BadSettings(f"项目“{title}”已存在，但标注界面不同；请换一个名称")
                return int(project.id or 0)
        made = self._client.projects.create(
            title=title, label_config=config, show_collab_predictions=True, maximum_annotations=2
        )
        return int(made.id or 0)

    @_spoken
    def push(self, project: int, reports: Iterable[Report]) -> Pushed:
        """Make a task of each report whose text is not there; add its labels where a new model made them."""
        done, new = Pushed(), list[dict[str, Any]]()
        there = {t["data"].get("sha256"): t for t in self._tasks(project)}
        for report in reports:
            if report.error is not None:
                continue
            key = sha(report.source.text or "")
            if key not in there:
                there[key] = task_of(report)
                new.append(there[key])
            elif version_of(report.model) in _versions(there[key]):
                done.kept += 1
            else:
                self._client.predictions.create(task=there[key]["id"], **prediction_of(report))
                done.predicted += 1
        for at in range(0, len(new), _BATCH):
            self._client.projects.import_tasks(project, request=new[at : at + _BATCH])
            done.made += len(new[at : at + _BATCH])
        return done

    @_spoken
    def pull(self, project: int) -> Pulled:
        """Return one report for each finished annotation, by path and annotator; drafts stay where they are.

        A task whose annotation cannot be trusted is refused with its reason, and does not stop the others.
        """
        found = Pulled()
        people = {user.id: user.email for user in self._client.users.list()}
        for task in self._tasks(project):
            finished = [a for a in task["annotations"] if not a.get("was_cancelled")]
            found.open += not finished
            for annotation in finished:
                who = _annotator(annotation, people)
                try:
                    report = report_of_task(task["data"], annotation["result"], annotator=who)
                except BadAnnotation as error:
                    found.refused.append(
                        f"任务 {task['id']}（{task['data'].get('name', '')}，{who}）：{error}"
                    )
                else:
                    found.reports.append(report)
        found.reports.sort(key=_pair)
        return found

    def _tasks(self, project: int) -> Iterator[dict[str, Any]]:
        self._client.projects.get(project)  # a project that is not there would look empty
        for task in self._client.tasks.list(project=project, fields="all"):
            yield task.dict()


def _versions(task: Mapping[str, Any]) -> set[str]:
    return {p.get("model_version") or "" for p in task["predictions"]}


def _annotator(annotation: Mapping[str, Any], people: Mapping[Any, str | None]) -> str:
    """Return the mail address of who made an annotation, or a number where the server keeps it back."""
    who = annotation.get("completed_by")
    if isinstance(who, Mapping):
        return str(who.get("email") or who.get("id"))
    return people.get(who) or f"annotator-{who}"


def _pair(report: Report) -> tuple[str, str, str]:
    who = report.model.name if report.model else ""
    return report.source.path, sha(report.source.text or ""), who


def merged(before: Sequence[Report], pulled: Sequence[Report]) -> list[Report]:
    """Return what was pulled now, and what was pulled before of texts or by people not pulled now."""
    found = {_pair(r): r for r in before} | {_pair(r): r for r in pulled}
    return [found[key] for key in sorted(found)]
