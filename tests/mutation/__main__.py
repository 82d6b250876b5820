"""`python -m tests.mutation [--sets N]`: measure, and write score.md beside this file; exit 1 below 99 %."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.mutation.run import measure, rendered


def main() -> int:
    """Run it; the exit status."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sets", type=int, default=None, help="only so many sets, and write nothing")
    chosen = options.parse_args()
    score = measure(lambda line: print(line, file=sys.stderr, flush=True), chosen.sets)  # noqa: T201 - a command
    page = rendered(score)
    if chosen.sets is None:
        Path(__file__).with_name("score.md").write_text(page, encoding="utf-8")
    print(page)  # noqa: T201 - a command
    return int(sum(score.right.values()) < 0.99 * sum(score.asked.values()))


if __name__ == "__main__":
    sys.exit(main())
