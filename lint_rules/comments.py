"""Which findings the suppression comments of a program hide, and what they lack."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lint_rules.finding import Finding, shown
from lint_rules.nearest import rule_close_to
from lint_rules.suppressions import Suppression, read_suppressions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lint_rules.config import Config
    from lint_rules.fix import Fix
    from lint_rules.link.linked import Linked
    from lint_rules.link.reach import Reach
    from lint_rules.project import Project
    from lint_rules.rule import Rule


class Comments:
    """The suppression comments of a program and which of them were needed."""

    def __init__(self, project: Project, linked: Linked) -> None:
        """Read every comment; those on a `def` line belong to the function."""
        self.linked = linked
        self.all: list[Suppression] = []
        self._used: set[tuple[Suppression, str]] = set()
        self.modules: dict[str, str] = {}
        self.of_function: dict[str, list[Suppression]] = {}
        self._on_decorator: dict[tuple[str, int], list[Suppression]] = {}
        self._reach: dict[frozenset[str], Reach] = {}
        self._texts: dict[str, str] = {}
        for module, source in project.sources.items():
            path = shown(linked.program.modules[module].path)
            self.modules[path] = module
            found = read_suppressions(source.text, path)
            self.all += found
            self._texts[path] = source.text
            for suppression in found:
                self._attach(module, suppression)

    def _attach(self, module: str, suppression: Suppression) -> None:
        for function in self.linked.program.modules[module].functions:
            line = function.where.line
            named = function.name != "<lambda>"
            if named and suppression.first <= line <= suppression.last:
                identity = f"{module}:{function.qualname}"
                self.of_function.setdefault(identity, []).append(suppression)
                for _, where in function.decorators:
                    at = suppression.path, where.line
                    self._on_decorator.setdefault(at, []).append(suppression)

    def reach_for(self, rule: Rule) -> Reach:
        """Return reachability with the functions cut that suppress a rule."""
        cut = frozenset(
            identity
            for identity, comments in self.of_function.items()
            if any(c.names(rule.code, rule.name) for c in comments)
        )
        if not cut:
            return self.linked.reach
        if cut not in self._reach:
            self._reach[cut] = self.linked.reach_without(cut)
        return self._reach[cut]

    def note_cut(self, rule: Rule, function: str) -> str:
        """Return the reason of the comments that keep a finding in `function` away."""
        cutting = [
            comment
            for identity, comments in self.of_function.items()
            if any(function in self.linked.reach.below(i) for i in self._all(identity))
            for comment in comments
            if comment.names(rule.code, rule.name)
        ]
        self._use(cutting, rule.code, rule.name)
        return _reason(cutting)

    def _all(self, identity: str) -> list[str]:
        """Return a function and its copies for the functions that it wraps."""
        return [identity, *self.linked.program.copies.get(identity, ())]

    def excused(self, finding: Finding) -> Finding:
        """Return a finding with the excuse of the comments that cover its line.

        A comment on a `def` line covers the decorators above it as well.
        """
        covering = [
            comment
            for comment in self.all
            if comment.path == finding.path
            and comment.first <= finding.line <= comment.last
        ]
        covering += self._on_decorator.get((finding.path, finding.line), ())
        covering = [c for c in covering if c.names(finding.code, finding.name)]
        self._use(covering, finding.code, finding.name)
        return replace(finding, excuse=_reason(covering)) if covering else finding

    def _use(self, comments: list[Suppression], code: str, name: str) -> None:
        for comment in comments:
            self._used.update((comment, word) for word in comment.naming(code, name))

    def findings(self, config: Config) -> Iterator[Finding]:
        """Report comments that were not needed, and those that say too little."""
        for comment in self.all:
            if not comment.reason and config.enabled("DUR902"):
                yield self._about(comment, "DUR902", "suppression-without-reason")
            if comment.blanket and config.enabled("DUR903"):
                yield self._about(comment, "DUR903", "blanket-suppression")
            if config.enabled("DUR901"):
                yield from self._idle(comment, config)

    def _idle(self, comment: Suppression, config: Config) -> Iterator[Finding]:
        """Report what of a comment hides nothing; a rule that did not run may."""
        words = comment.rules or ("",)
        idle = [
            word
            for word in words
            if (comment, word) not in self._used and config.judges((word,) * bool(word))
        ]
        if not idle:
            return
        whole = len(idle) == len(words)
        unknown = [word for word in idle if word and not config.knows(word)]
        what = _IDLE if whole else f"{_listed(idle)} {_hide(idle)} nothing here."
        if unknown:
            what += f" There is no rule {_listed(unknown)}{_hint(unknown, config)}."
        finding = self._about(comment, "DUR901", "unused-suppression", what)
        if config.fixes:
            kept = [word for word in words if word not in idle]
            finding = replace(finding, fix=self._removal(comment, kept))
        yield finding

    def _removal(self, comment: Suppression, kept: list[str]) -> Fix:
        from lint_rules.fixes.comments import narrowing, removal

        text = self._texts[comment.path]
        return narrowing(text, comment, kept) if kept else removal(text, comment)

    def _about(
        self, comment: Suppression, code: str, name: str, what: str = ""
    ) -> Finding:
        told, advice = _TEXTS[code]
        return Finding(
            path=comment.path,
            module=self.modules[comment.path],
            line=comment.line,
            column=comment.column,
            code=code,
            name=name,
            severity="warn",
            what=what or told,
            why="",
            advice=advice,
        )


_IDLE = "This suppression hides nothing."
_TEXTS = {
    "DUR901": (_IDLE, "Remove it."),
    "DUR902": (
        "This suppression gives no reason.",
        "Say after the bracket why the code is fine as it is.",
    ),
    "DUR903": (
        "This suppression names no rule, so it hides every one.",
        "Name the rules in brackets: `# durable: ignore[DUR103] reason`.",
    ),
}


def _listed(words: list[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _hide(words: list[str]) -> str:
    return "hides" if len(words) == 1 else "hide"


def _hint(unknown: list[str], config: Config) -> str:
    meant = [near for word in unknown if (near := rule_close_to(word, config.names))]
    return f"; perhaps {_listed(meant)} is meant" if meant else ""


def _reason(comments: list[Suppression]) -> str:
    return next((comment.reason for comment in comments if comment.reason), "")
