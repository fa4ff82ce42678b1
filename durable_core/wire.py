"""What is stored and sent, for tools that compare runs: JSON values and their digest.

``Wire`` is the type of an encoded value; ``changes`` says which fields of a state
differ, telling ``1``, ``True`` and ``1.0`` apart; ``digest`` is a short stable hash.
"""

from durable_core._codec import Wire, digest
from durable_core._kernel.advance import changes

__all__ = ["Wire", "changes", "digest"]
