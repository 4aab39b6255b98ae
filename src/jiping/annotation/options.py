"""What the commands of annotators share: options, plain errors, reports from files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec

import click

from jiping.errors import JipingError
from jiping.report import Report

if TYPE_CHECKING:
    from jiping.analyze import Analyzer
    from jiping.annotation.labelstudio import Server

P = ParamSpec("P")
_UNREAD = "jiping.unread"


def plainly(call: Callable[P, None]) -> Callable[P, None]:
    """Print an error of ours, or of a file that cannot be opened, as one sentence, exit status 1.

    The status is 1, too, where `reports_of` left out a file that it could not read.
    """

    @wraps(call)
    def plain(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            call(*args, **kwargs)
        except JipingError as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            where, reason = error.filename, error.strerror or error
            raise click.ClickException(f"{where}：打不开（{reason}）；请检查路径和权限") from error
        context = click.get_current_context()
        context.exit(context.meta.get(_UNREAD, 0))

    return plain


def on_server(call: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which server."""
    url = click.option(
        "--url", envvar="LABEL_STUDIO_URL", default="http://127.0.0.1:8080", show_default=True
    )
    token = click.option(
        "--token",
        envvar="LABEL_STUDIO_API_KEY",
        default="",
        help="Access token; LABEL_STUDIO_API_KEY.",
    )
    return url(token(call))


def server_of(url: str, token: str) -> Server:
    """Return the server to be used as a context."""
    from jiping.annotation.labelstudio import Server

    return Server(url, token)


def analyzer_of(model: str | None) -> Analyzer:
    """Return an analyzer of any text; `model` as in the option."""
    from jiping.analyze import Analyzer
    from jiping.model.labeller import labeller_of

    return Analyzer(labeller_of(model), any_text=True, with_text=True)


def reports_of(paths: Iterable[str], model: str | None) -> list[Report]:
    """Return the Reports of JSON Lines files, and of all other files what the labeller makes of them."""
    from jiping.annotation.corpus import read_reports

    lines = [Path(p) for p in paths if p.endswith(".jsonl")]
    files = [p for p in paths if not p.endswith(".jsonl")]
    found = [report for path in lines for report in read_reports(path)]
    made = list(analyzer_of(model).run(files)) if files else []
    for report in made:
        if report.error:
            click.echo(f"jiping: {report.error.message}", err=True)
            click.get_current_context().meta[_UNREAD] = 1
    return found + [r for r in made if not r.error]
