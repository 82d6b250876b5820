"""The command line: the only package that prints, and the only place that catches an error."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and end the process: 0 clean, 1 findings, 2 cannot go on, 3 a bug of ours, 130 Ctrl-C."""
    try:
        from converter.cli.app import app  # in here, so that Ctrl-C ends in one line from the first moment on
        from converter.cli.console import prepare

        prepare()
        status = app(standalone_mode=False)
        sys.stdout.flush()
    except (KeyboardInterrupt, Exception) as error:  # noqa: BLE001 - the one place that catches all
        from converter.cli.console import failed

        sys.exit(failed(error))
    if status == 130:  # typer makes a status of Ctrl-C, and says nothing
        from converter.cli.console import failed

        status = failed(KeyboardInterrupt())
    sys.exit(status if isinstance(status, int) else 0)
