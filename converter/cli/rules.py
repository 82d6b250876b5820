"""`cdb-convert rules`."""

from __future__ import annotations

from typing import Annotated

import typer


def rules(
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of an overlay, for editors.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Print each rule's page.")] = False,
) -> None:
    """List the rules in the order in which they run, with their settings.

    Example: cdb-convert rules --schema > overlay.schema.json
    """
    if schema:
        import json

        from converter.overlay_schema import document_schema

        typer.echo(json.dumps(document_schema(), indent=2))
        return
    from converter.rules import catalogue

    typer.echo(catalogue.page() if verbose else catalogue.overview())
