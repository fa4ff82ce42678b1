"""The clients and connections that are known: our tables, and what the user says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lint_rules.catalog import resources

if TYPE_CHECKING:
    from lint_rules.config import Config


@dataclass(frozen=True, slots=True)
class Resources:
    """Dotted names of what makes a resource, by what it does in a forked process."""

    held: frozenset[str]
    sessions: frozenset[str]
    lazy: frozenset[str]
    fork_safe: frozenset[str]
    unserializable: frozenset[str]

    @classmethod
    def of(cls, config: Config) -> Resources:
        """Return the catalogue as the configuration corrects it."""
        safe, unsafe = config.safe_clients, config.unsafe_clients
        held = resources.CONNECTIONS | resources.SESSIONS | resources.BUFFERS
        return cls(
            held=(held | unsafe) - safe,
            sessions=resources.SESSIONS - unsafe - safe,
            # When it connects is not known; the milder of the two is told.
            lazy=resources.LAZY | unsafe,
            fork_safe=(resources.FORK_SAFE | safe) - unsafe,
            unserializable=resources.UNSERIALIZABLE | unsafe,
        )
