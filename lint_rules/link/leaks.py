"""Whether every way through a function passes one of some statements.

What a call may raise is not followed, or every file would leak: only the ways that are
written down count, which are branches, returns, raises and handlers.
"""

from __future__ import annotations

from enum import Flag, auto
from typing import TYPE_CHECKING

from lint_rules.facts import ir
from lint_rules.facts.parts import statements

if TYPE_CHECKING:
    from collections.abc import Iterable


class _Held(Flag):
    """What may be true of a resource at one point: it is not made, held or gone."""

    NOTHING = 0
    NOT_MADE = auto()
    HELD = auto()
    GONE = auto()


class Leaks:
    """Follows one resource through one function."""

    def __init__(self, made: int, removed: Iterable[int]) -> None:
        """Take the numbers of the statements that make and remove it."""
        self.made, self.removed = made, frozenset(removed)
        self.leaks = False
        self._guarded = 0

    def of(self, body: tuple[ir.Stmt, ...]) -> bool:
        """Tell whether some way out of the function leaves the resource behind."""
        self._leave(self._block(body, _Held.NOT_MADE))
        return self.leaks

    def _leave(self, held: _Held) -> None:
        if _Held.HELD in held and not self._guarded:
            self.leaks = True

    def _block(self, body: tuple[ir.Stmt, ...], held: _Held) -> _Held:
        for statement in body:
            if not held:
                break  # out of reach
            held = self._statement(statement, held)
        return held

    def _statement(self, statement: ir.Stmt, held: _Held) -> _Held:
        match statement:
            case ir.Branch(blocks=blocks):
                return self._branch(blocks, held)
            case ir.Loop(body=body, orelse=orelse):
                if self._removes(body):
                    return _Held.GONE  # one by one
                return self._block(orelse, held | self._block(body, held))
            case ir.With(body=body):
                return self._block(body, self._simple(statement, held))
            case ir.Try():
                return self._try(statement, held)
            case ir.Return():
                self._leave(self._simple(statement, held))
                return _Held.NOTHING
            case ir.Leave(raises=raises):
                if raises:
                    self._leave(self._simple(statement, held))
                return _Held.NOTHING if raises else held
            case _:
                return self._simple(statement, held)

    def _simple(self, statement: ir.Stmt, held: _Held) -> _Held:
        if statement.where.at in self.removed:
            return _Held.GONE
        return _Held.HELD if statement.where.at == self.made else held

    def _branch(self, blocks: tuple[tuple[ir.Stmt, ...], ...], held: _Held) -> _Held:
        """Follow every block; `if exists(path): remove(path)` removes it for good."""
        found = _Held.NOTHING
        for block in blocks:
            found |= self._block(block, held)
        asked = len([block for block in blocks if block]) == 1
        return _Held.GONE if asked and any(map(self._removes, blocks)) else found

    def _try(self, statement: ir.Try, held: _Held) -> _Held:
        removes = self._removes(statement.final)
        caught = bool(statement.handlers)
        self._guarded += removes
        after = self._block(statement.body, held)
        if caught:
            start = held | self._within(statement.body)
            after = self._block(statement.orelse, after)
            for handler in statement.handlers:
                after |= self._block(handler, start)
        self._guarded -= removes
        return _Held.GONE if removes else self._block(statement.final, after)

    def _within(self, body: tuple[ir.Stmt, ...]) -> _Held:
        """Return what may be true when a statement of a block raises."""
        if not body or body[-1].where.at == self.made:
            return _Held.NOTHING  # what makes it is the last that can raise
        made = any(s.where.at == self.made for s in statements(body))
        return _Held.HELD if made else _Held.NOTHING

    def _removes(self, body: tuple[ir.Stmt, ...]) -> bool:
        return any(s.where.at in self.removed for s in statements(body))
