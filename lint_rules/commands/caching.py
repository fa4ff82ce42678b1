"""What is kept between runs: `--no-cache`, `--cache-dir`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from lint_rules.cache.reports import KeptReport
    from lint_rules.config import Config


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options about the cache."""
    group = parser.add_argument_group("cache")
    group.add_argument(
        "--no-cache", action="store_true", help="neither read nor write a cache"
    )
    group.add_argument(
        "--cache-dir",
        metavar="DIR",
        help="keep it there (default: .durable_lint_cache in the current folder)",
    )


def kept_report(
    paths: list[Path], config: Config, options: argparse.Namespace
) -> KeptReport | None:
    """Return the place of the report on these paths, unless nothing is to be kept."""
    if options.no_cache:
        return None
    from lint_rules.cache.place import FOLDER, Place
    from lint_rules.cache.reports import KeptReport

    place = Place(Path(options.cache_dir or FOLDER).absolute())
    return KeptReport(place, paths, config)
