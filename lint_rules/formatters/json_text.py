"""Writes JSON that strict readers take: file names may hold halves of characters."""

from __future__ import annotations

import json
from typing import Any

from lint_rules.formatters.printable import encodable


def json_text(value: Any) -> str:
    """Return a value as indented JSON."""
    return json.dumps(_encodable(value), indent=2)


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, list):
        return [_encodable(item) for item in value]
    if isinstance(value, dict):
        return {key: _encodable(item) for key, item in value.items()}
    return value
