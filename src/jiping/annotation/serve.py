"""The command `jiping serve`."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from jiping.annotation.backend import Backend, backend_server
from jiping.annotation.options import analyzer_of, plainly
from jiping.options import model_option


@click.command()
@click.option("--label-studio", is_flag=True, help="Serve predictions to a Label Studio server.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=9090, show_default=True)
@click.option(
    "--queue",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("runs/train-requests.jsonl"),
    show_default=True,
    help="Where requests for training are noted.",
)
@model_option
@plainly
def serve(label_studio: bool, host: str, port: int, queue: Path, model: str | None) -> None:
    """Serve live predictions: add http://HOST:PORT under Settings, Model in Label Studio.

    \b
    Example:
        jiping serve --label-studio --port 9090
    """
    if not label_studio:
        raise click.UsageError("say what to serve: --label-studio")
    server = backend_server(Backend(analyzer_of(model), queue), host, port)
    click.echo(f"http://{host}:{server.server_port}", err=True)
    with server, suppress(KeyboardInterrupt):
        server.serve_forever()
