"""Paths as URIs, relative to the folder that the linter was run in."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

ROOT = "SRCROOT"


def address(path: str) -> dict[str, str]:
    """Return a SARIF artifact location for a path that findings show."""
    if os.path.isabs(path):
        return {"uri": Path(path).as_uri()}
    # A file name is bytes; those that are no UTF-8 are quoted as they are.
    return {"uri": quote(os.fsencode(path.replace(os.sep, "/"))), "uriBaseId": ROOT}


def folder_address(folder: Path) -> str:
    """Return the URI of a folder, with the slash at its end that SARIF asks for."""
    return folder.as_uri().rstrip("/") + "/"
