"""A divergence in words. Pure: journals and causes in, lines out.

The first line is the diagnosis, because the short summary and junit show only that.
Then where the runs part, the source lines, one fix, and one command.
"""

from __future__ import annotations

import os
import shlex
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_durable.evidence.values import Kind
from pytest_durable.side_by_side import cell, side_by_side
from pytest_durable.wording import (
    advice_for,
    did_set,
    lint_rule,
    sentence,
    where_set,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_durable.carriers import Carrier
    from pytest_durable.compare import Difference
    from pytest_durable.evidence.values import Place
    from pytest_durable.journal import Attempt, RunJournal, TestJournal

WIDTH = 80
_PLACES = {"thread": "in another thread", "subprocess": "in another process"}
_ENGINE_ERROR = "durable_core.errors."


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where and how the divergence was seen.

    ``nodeid`` is the test's; source paths are shown relative to ``directory``.
    """

    reference: str
    variant: str
    nodeid: str
    directory: str

    @property
    def place(self) -> str:
        """Where a step finds itself, as seen from another one."""
        for name in (self.variant, self.reference):
            if name in _PLACES:
                return _PLACES[name]
        return "elsewhere"

    def path(self, place: Place) -> str:
        """Return ``file:line`` as short as it can be."""
        return f"{self._near(place.file)}:{place.line}"

    def name(self, carrier: Carrier) -> str:
        """Return what was carried, a file as short as it can be."""
        is_file = carrier.kind is Kind.FILE
        return self._near(carrier.name) if is_file else carrier.name

    def _near(self, path: str) -> str:
        if not os.path.isabs(path):
            return path
        return min(path, os.path.relpath(path, self.directory), key=len)

    @property
    def command(self) -> str:
        """The command that runs only this."""
        quoted = f'"{self.nodeid}"'
        if any(sign in self.nodeid for sign in '"$`\\!'):
            quoted = shlex.quote(self.nodeid)
        text = f"pytest {quoted} --executors={self.reference},{self.variant}"
        if self.reference != "sync":
            text += f" --durable-reference={self.reference}"
        return f"Run only this: {text}"


def explain(difference: Difference, cause: Carrier | None, scene: Scene) -> str:
    """Return the report of two runs that part."""
    lines = [_diagnosis(difference, cause, scene), ""]
    lines += side_by_side(difference, scene.reference, scene.variant)
    if cause is not None:
        lines += ["", *_sources(cause, scene), "", *_fix(cause)]
    else:
        lines += _trace(difference, scene)
    return "\n".join([*lines, "", scene.command])


def explain_handoff(cause: Carrier, scene: Scene) -> str:
    """Return the report of a hand-over that only works on one host."""
    lines = [
        sentence(cause, scene.name(cause), scene.place),
        "",
        *_wrapped(
            f"The results agree here, because {scene.variant} runs on this host; on "
            "two hosts they would not."
        ),
    ]
    return "\n".join(
        [*lines, "", *_sources(cause, scene), "", *_fix(cause), "", scene.command]
    )


def explain_test_only(
    failed: TestJournal,
    cause: Carrier | None,
    scene: Scene,
    *,
    runs_agree: bool,
    how_it_failed: str,
) -> str:
    """Return the report of a test that fails on one of the two, its runs do not."""
    other = scene.variant if failed.executor == scene.reference else scene.reference
    first = f"the test passes on {other} and fails on {failed.executor}"
    reason = " ".join(failed.failure.split("\n", 1)[0].split())
    details: list[str] = []
    if cause is not None:
        first += (
            f": it looks at {scene.name(cause)}, which step {cause.writer.step!r} "
            f"{did_set(cause)} {where_set(cause, scene.place)}"
        )
        details = [*_sources(cause, scene), ""]
        details += [*_wrapped(
            "A test sees what a step returns in its state, not what the step leaves in "
            "the memory of its process. Return it, and look at run.state."
        ), ""]  # fmt: skip
    elif failed.failure.startswith(_ENGINE_ERROR):
        first = f"{failed.executor} could not run it: {reason.partition(': ')[2]}"
    elif runs_agree:
        first += f", though its runs agree: {reason}"
    else:
        first += f": {reason}"
    return "\n".join(
        [first, "", *details, how_it_failed or failed.failure, "", scene.command]
    )


def _diagnosis(difference: Difference, cause: Carrier | None, scene: Scene) -> str:
    if cause is not None:
        return sentence(cause, scene.name(cause), scene.place)
    ours = _attempt(difference.reference, difference.row)
    theirs = _attempt(difference.variant, difference.row)
    step = (theirs or ours).step  # type: ignore[union-attr]
    left = cell(ours, difference.keys[:1], other=theirs)
    right = cell(theirs, difference.keys[:1], other=ours)
    if theirs is not None and theirs.failure is not None and ours and not ours.failure:
        return f"step {step!r} fails on {scene.variant} with {right}"
    return (
        f"step {step!r} gave {left} on {scene.reference} and {right} on {scene.variant}"
    )


def _attempt(run: RunJournal, row: int) -> Attempt | None:
    return run.attempts[row] if row < len(run.attempts) else None


def _sources(cause: Carrier, scene: Scene) -> Iterator[str]:
    """Yield the line that set it and the line that read it."""
    set_it = "wrote" if cause.kind is Kind.FILE else "set"
    places = [(set_it, cause.write.place)]
    if cause.read is not None:
        places.append(("read", cause.read.place))
    known = [(word, scene.path(p), p.text) for word, p in places if p is not None]
    width = max((len(path) for _, path, _ in known), default=0)
    for word, path, text in known:
        yield f"  {word:<{max(4, len(set_it))}}  {path:<{width}}  {text}"
    if cause.write.place is None:
        yield f"  set   {cause.write.detail} (in step {cause.writer.step!r})"


def _fix(cause: Carrier) -> Iterator[str]:
    rule = lint_rule(cause)
    # Not torn apart at the end of a line: people search for it.
    tag = f" (durable-lint: {rule})".replace(" ", "\0").replace("\0", " ", 1)
    for line in _wrapped(advice_for(cause) + (tag if rule else "")):
        yield line.replace("\0", " ")


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def _trace(difference: Difference, scene: Scene) -> Iterator[str]:
    """Yield the traceback of the step where nothing explains the difference."""
    both = (
        (difference.variant, scene.variant),
        (difference.reference, scene.reference),
    )
    for run, name in both:
        attempt = _attempt(run, difference.row)
        if attempt is not None and attempt.failure is not None:
            yield from ("", f"Step {attempt.step!r} on {name}:", "")
            yield from attempt.failure.traceback.rstrip().splitlines()
            return
