"""`cdb-convert rules`."""

from __future__ import annotations

from typing import Annotated

import typer


def rules(
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of an overlay, for editors.")] = False,
    report_schema: Annotated[bool, typer.Option("--report-schema", help="Print the JSON Schema of '--report json=FILE'.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Print each rule's page.")] = False,
) -> None:
    """List the rules in their order, with their settings.

    Example: cdb-convert rules --schema > overlay.schema.json
    """
    if report_schema:
        from converter.report import json as json_report

        typer.echo(json_report.schema(), nl=False)
        return
    if schema:
        import json

        from converter.overlay_schema import document_schema

        typer.echo(json.dumps(document_schema(), indent=2))
        return
    from converter.report import catalogue

    typer.echo(catalogue.page() if verbose else catalogue.overview())
