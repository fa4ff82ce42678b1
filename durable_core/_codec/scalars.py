"""Values of the standard library that have no parts: dates, ids, paths, bytes.

Each kind has one way to be written. A wire that says the same in another way was not
written here, and is refused.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from durable_core._codec.culprit import Culprit, malformed, type_label
from durable_core._codec.decoders import Decode, Decoders
from durable_core._codec.encoders import Encode, Encoders, survives
from durable_core._codec.wire import TAG, VALUE, Wire

__all__ = ["DECODERS", "ENCODERS"]

T = TypeVar("T")

ENCODERS: dict[type, Encode] = {}
DECODERS: dict[str, Decode] = {}

# ZoneInfo opens files and looks into the tzdata package: only names of zones pass.
_ZONE = re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*\Z")


def _kept(
    kind: type[T],
    tag: str,
    pack: Callable[[T], Wire],
    unpack: Callable[[Any], T],
) -> None:
    def encode(_encoders: Encoders, value: T, _depth: int) -> Wire:
        return {TAG: tag, VALUE: pack(value)}

    def decode(_decoders: Decoders, wire: dict[str, Any], _depth: int) -> object:
        value = unpack(wire[VALUE])
        if pack(value) != wire[VALUE]:
            raise malformed(f"{tag!r} in another notation")
        return value

    ENCODERS[kind] = encode
    DECODERS[tag] = decode


def _text(value: str) -> str:
    if type(value) is not str or not survives(value):
        raise Culprit("text with two surrogates in a row", "give it valid characters")
    return value


def _pack_zone(zone: tzinfo | None) -> Wire:
    kind = type(zone)
    if zone is None:
        return None
    if kind is timezone:
        # The public attributes cannot tell a given name from a derived one.
        offset, *name = zone.__getinitargs__()  # type: ignore[attr-defined]
        return [_pack_delta(offset), *map(_text, name)]
    if kind is ZoneInfo and _ZONE.match(zone.key or ""):  # type: ignore[attr-defined]
        return str(zone.key)  # type: ignore[attr-defined]
    raise Culprit(
        f"time zone {type_label(kind)}",
        "use zoneinfo.ZoneInfo(name) or datetime.timezone",
    )


def _unpack_zone(wire: Any) -> tzinfo | None:
    if wire is None:
        return None
    if type(wire) is str:
        if not _ZONE.match(wire):
            raise malformed("a time zone name with other characters")
        return ZoneInfo(wire)
    offset, *name = wire
    return timezone(_unpack_delta(offset), *name)


def _pack_delta(value: timedelta) -> Wire:
    return [value.days, value.seconds, value.microseconds]


def _unpack_delta(wire: Any) -> timedelta:
    days, seconds, microseconds = wire
    if not type(days) is type(seconds) is type(microseconds) is int:
        raise malformed("a timedelta of something else than whole numbers")
    return timedelta(days, seconds, microseconds)


def _pack_datetime(value: datetime) -> Wire:
    local = value.replace(tzinfo=None).isoformat()
    return [local, _pack_zone(value.tzinfo), value.fold]


def _unpack_datetime(wire: Any) -> datetime:
    local, zone, fold = wire
    return datetime.fromisoformat(local).replace(tzinfo=_unpack_zone(zone), fold=fold)


def _pack_time(value: time) -> Wire:
    local = value.replace(tzinfo=None).isoformat()
    return [local, _pack_zone(value.tzinfo), value.fold]


def _unpack_time(wire: Any) -> time:
    local, zone, fold = wire
    return time.fromisoformat(local).replace(tzinfo=_unpack_zone(zone), fold=fold)


def _pack_bytes(value: bytes | bytearray) -> Wire:
    return b64encode(value).decode("ascii")


def _unpack_bytes(wire: Any) -> bytes:
    return b64decode(wire, validate=True)


def _unpack_named_zone(wire: Any) -> ZoneInfo:
    zone = _unpack_zone(wire)
    if not isinstance(zone, ZoneInfo):
        raise malformed("a zone without a name")
    return zone


def _unpack_offset(wire: Any) -> timezone:
    zone = _unpack_zone(wire)
    if not isinstance(zone, timezone):
        raise malformed("a zone without an offset")
    return zone


def _unpack_decimal(wire: Any) -> Decimal:
    if type(wire) is not str:
        raise malformed("a decimal that is no text")
    return Decimal(wire)


_kept(bytes, "bytes", _pack_bytes, _unpack_bytes)
_kept(bytearray, "bytearray", _pack_bytes, lambda wire: bytearray(_unpack_bytes(wire)))
_kept(datetime, "datetime", _pack_datetime, _unpack_datetime)
_kept(date, "date", date.isoformat, date.fromisoformat)
_kept(time, "time", _pack_time, _unpack_time)
_kept(timedelta, "timedelta", _pack_delta, _unpack_delta)
_kept(timezone, "timezone", _pack_zone, _unpack_offset)
_kept(ZoneInfo, "zone", _pack_zone, _unpack_named_zone)
_kept(UUID, "uuid", str, UUID)
_kept(Decimal, "decimal", str, _unpack_decimal)
_kept(PurePosixPath, "posixpath", lambda path: _text(str(path)), PurePosixPath)
_kept(PureWindowsPath, "windowspath", lambda path: _text(str(path)), PureWindowsPath)
# ``type(Path())`` is the path of this host: a path of another one cannot be built here.
_kept(type(Path()), "path", lambda path: _text(str(path)), Path)
