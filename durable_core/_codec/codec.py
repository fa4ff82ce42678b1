"""The one codec: what goes in comes out equal, of the same types, sharing nothing."""

from __future__ import annotations

from collections.abc import Iterable

from durable_core._codec import declared, failures, kept
from durable_core._codec.culprit import Culprit, type_label
from durable_core._codec.decoders import Decoders, decode_wire
from durable_core._codec.encoders import Encoders, too_deep
from durable_core._codec.refusals import refuse
from durable_core._codec.wire import Wire
from durable_core.errors import DefinitionError, SerializationError

__all__ = ["Codec"]

_ENCODERS = kept.ENCODERS
_DECODERS = {**kept.DECODERS, **failures.DECODERS}


class Codec:
    """Encodes and decodes values of the kept and the declared types.

    It is immutable: threads may share one. ``types`` are the classes that may be
    rebuilt; those the codec keeps anyway, or cannot keep, are ignored here and named
    when a value of theirs comes by. Two classes of the same name are a DefinitionError.
    """

    __slots__ = ("_decoders", "_encoders", "types")

    types: frozenset[type]

    def __init__(self, types: Iterable[type] = ()) -> None:
        self.types = frozenset(types)
        self._encoders = Encoders(_ENCODERS)
        self._encoders.unknown = refuse
        self._decoders = Decoders(_DECODERS)
        for cls in self.types:
            self._declare(cls)

    def _declare(self, cls: type) -> None:
        ways = None if cls in _ENCODERS else declared.ways_of(cls)
        if ways is None:
            return
        name = declared.wire_name(cls)
        if name in self._decoders:
            raise DefinitionError(
                f"type {name}",
                "two declared classes have this name",
                "Rename one, so that a stored value says which one it is",
            )
        self._encoders[cls], self._decoders[name] = ways

    def encode(self, value: object, path: str) -> Wire:
        """The wire of ``value``; ``path`` is what an error calls the value.

        Raises SerializationError with the path and the type of the part that cannot
        be kept, and what to do instead.
        """
        table = self._encoders
        try:
            return table[type(value)](table, value, 0)
        except Culprit as culprit:
            raise culprit.error(path) from None
        except RecursionError:
            raise too_deep().error(path) from None
        except RuntimeError as error:
            raise SerializationError(
                path,
                type_label(type(value)),
                f"{error}: another thread changes it; give each its own copy",
            ) from error

    def decode(self, wire: Wire, path: str) -> object:
        """The value of ``wire``; SerializationError for what ``encode`` cannot write.

        No code named by the wire is imported or run.
        """
        try:
            return decode_wire(self._decoders, wire, 0)
        except Culprit as culprit:
            raise culprit.error(path) from None
        except RecursionError:
            raise too_deep().error(path) from None

    def encode_error(self, error: BaseException) -> Wire:
        """The wire of an exception and all it was caused by; it never raises.

        Arguments and attributes that cannot be kept become their ``repr``.
        """
        return failures.encode_failure(self._encoders, error)

    def decode_error(self, wire: Wire) -> BaseException:
        """The exception again: type, args, attributes, notes, causes, traceback.

        A type that is not loaded here becomes a RemoteError that names it. Raises
        SerializationError for what ``encode_error`` cannot write.
        """
        try:
            return failures.decode_failure(self._decoders, wire)
        except Culprit as culprit:
            raise culprit.error("error") from None
        except RecursionError:
            raise too_deep().error("error") from None
