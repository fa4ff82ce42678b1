"""Tracebacks as plain frames: where, in which function, on which line.

Values of locals are never sent: they may be secret, large, or anything at all.
"""

from __future__ import annotations

from types import SimpleNamespace, TracebackType
from typing import Any

from tblib import Traceback

from durable_core._codec.culprit import malformed
from durable_core._codec.encoders import Encoders, encode_text
from durable_core._codec.wire import Wire

__all__ = ["decode_traceback", "encode_traceback"]

# A recursion is understood from how it began and from how it ended.
_FIRST = 20
_LAST = 60
_MOST_LINES = 2**31


def encode_traceback(encoders: Encoders, traceback: TracebackType | None) -> list[Wire]:
    """The frames, outermost first; the middle of a very long traceback is left out."""
    chain: list[TracebackType] = []
    while traceback is not None:
        chain.append(traceback)
        traceback = traceback.tb_next
    frames = [_frame(encoders, link) for link in chain[:_FIRST]]
    left_out = len(chain) - _FIRST - _LAST
    if left_out > 0:
        frames.append(["<left out>", f"{left_out} more frames", 1, ""])
    frames += [
        _frame(encoders, link) for link in chain[max(_FIRST, len(chain) - _LAST) :]
    ]
    return frames


def _frame(encoders: Encoders, link: TracebackType) -> Wire:
    code = link.tb_frame.f_code
    module = link.tb_frame.f_globals.get("__name__")
    return [
        encode_text(encoders, code.co_filename, 0),
        encode_text(encoders, code.co_name, 0),
        max(link.tb_lineno or 1, 1),
        encode_text(encoders, module, 0) if type(module) is str else "",
    ]


def decode_traceback(wire: Any) -> TracebackType | None:
    """A traceback that can be raised and printed; None if there are no frames."""
    if type(wire) is not list or len(wire) > _FIRST + _LAST + 1:
        raise malformed("a traceback of the wrong shape")
    # Traceback.from_dict builds the rest of the chain again for every frame; its
    # constructor takes anything that looks like a traceback, once.
    chain: SimpleNamespace | None = None
    for frame in reversed(wire):
        chain = SimpleNamespace(**_link(frame), tb_next=chain)
    if chain is None:
        return None
    return _without_columns(Traceback(chain).as_traceback())


def _without_columns(traceback: TracebackType | None) -> TracebackType | None:
    # The frames run a line of tblib's: markers under columns would point at nonsense.
    links: list[TracebackType] = []
    while traceback is not None:
        links.append(traceback)
        traceback = traceback.tb_next
    plain: TracebackType | None = None
    for link in reversed(links):
        plain = TracebackType(plain, link.tb_frame, -1, link.tb_lineno)
    return plain


def _link(frame: Any) -> dict[str, Any]:
    if type(frame) is not list or len(frame) != 4:
        raise malformed("a frame of the wrong shape")
    filename, name, line, module = (_plain(part) for part in frame)
    if type(line) is not int or not 0 < line < _MOST_LINES:
        raise malformed("a frame of the wrong line")
    code = SimpleNamespace(co_filename=filename, co_name=name)
    names = {"__file__": filename, "__name__": module}
    return {
        "tb_lineno": line,
        "tb_frame": SimpleNamespace(f_code=code, f_globals=names, f_lineno=line),
    }


def _plain(part: Any) -> str | int:
    if type(part) is dict:  # text that JSON would have changed
        return "?"
    if type(part) not in (str, int):
        raise malformed("a frame of the wrong parts")
    return part  # type: ignore[no-any-return]
