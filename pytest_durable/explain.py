"""A divergence in words. Pure: journals and causes in, lines out.

The first line is the diagnosis, because the short summary and junit show only that.
Then where the runs part, the source lines, one fix, and one command.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from pytest_durable.wording import advice_for, lint_rule, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_durable.carriers import Carrier
    from pytest_durable.compare import Difference
    from pytest_durable.evidence.values import Place
    from pytest_durable.journal import Attempt, RunJournal

CELL = 34


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where and how the divergence was seen.

    ``nodeid`` is the test's; ``place`` says where steps run, such as ``"in another
    process"``; source paths are shown relative to ``rootdir``.
    """

    reference: str
    variant: str
    place: str
    nodeid: str
    rootdir: str

    def path(self, place: Place) -> str:
        """Return ``file:line`` as short as it can be."""
        file = place.file
        if file.startswith(os.path.join(self.rootdir, "")):
            file = os.path.relpath(file, self.rootdir)
        return f"{file}:{place.line}"

    @property
    def command(self) -> str:
        """The command that runs only this."""
        return (
            f'Run only this: pytest "{self.nodeid}" '
            f"--executors={self.reference},{self.variant}"
        )


def explain(difference: Difference, cause: Carrier | None, scene: Scene) -> str:
    """Return the report of two runs that part."""
    lines = [_diagnosis(difference, cause, scene), ""]
    lines += _table(difference, scene)
    lines += ["", *_sources(cause, scene)] if cause is not None else _trace(difference)
    lines += ["", *_fix(cause)] if cause is not None else []
    return "\n".join([*lines, "", scene.command])


def explain_handoff(cause: Carrier, scene: Scene) -> str:
    """Return the report of a hand-over that only works on one host."""
    lines = [sentence(cause, scene.place), "", "The results agree here, because "]
    lines[-1] += f"{scene.variant} runs on this host; on two hosts they would not."
    return "\n".join(
        [*lines, "", *_sources(cause, scene), "", *_fix(cause), "", scene.command]
    )


def explain_test_only(
    failure: str, cause: Carrier | None, scene: Scene
) -> str:
    """Return the report of a test that fails although its runs agree."""
    first = f"the test passes on {scene.reference} and fails on {scene.variant}"
    if cause is None:
        lines = [f"{first}, though its runs agree: {failure.splitlines()[0]}"]
    else:
        lines = [
            f"{first}: it looks at {cause.name}, which step "
            f"{cause.writer.step!r} set {scene.place}",
            "",
            *_sources(cause, scene),
        ]
    return "\n".join([*lines, "", failure, "", scene.command])


def _diagnosis(difference: Difference, cause: Carrier | None, scene: Scene) -> str:
    if cause is not None:
        return sentence(cause, scene.place)
    ours = _at(difference.reference, difference.position)
    theirs = _at(difference.variant, difference.position)
    step = (theirs or ours).step  # type: ignore[union-attr]
    keys = difference.keys[:1] or None
    return (
        f"step {step!r} gave {_cell(ours, keys)} on {scene.reference} "
        f"and {_cell(theirs, keys)} on {scene.variant}"
    )


def _at(run: RunJournal, position: int) -> Attempt | None:
    found = [a for a in run.attempts if a.position == position]
    return found[-1] if found else None


def _table(difference: Difference, scene: Scene) -> Iterator[str]:
    """Yield the steps side by side, up to the first that differs."""
    rows = [("step", scene.reference, scene.variant)]
    both = zip_longest(difference.reference.attempts, difference.variant.attempts)
    for ours, theirs in both:
        step = (ours or theirs).step
        left, right = _cell(ours), _cell(theirs)
        rows.append((step, left, "same" if left == right else right))
        if (ours or theirs).position >= difference.position:
            break
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for step, left, right in rows:
        yield f"  {step:<{widths[0]}}  {left:<{widths[1]}}  {right}".rstrip()


def _cell(attempt: Attempt | None, keys: tuple[str, ...] | None = None) -> str:
    if attempt is None:
        return "not run"
    if attempt.failure is not None:
        return _cut(f"{attempt.failure.type}: {attempt.failure.text}")
    changed = [
        f"{key} = {_value(value)}"
        for key, value in attempt.update.items()
        if keys is None or key in keys
    ]
    changed += [f"{key} removed" for key in attempt.removed]
    return _cut(", ".join(changed) or "no change")


def _value(wire: object) -> str:
    text = json.dumps(wire)
    return repr(wire) if isinstance(wire, str) else text


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= CELL else line[: CELL - 3] + "..."


def _sources(cause: Carrier, scene: Scene) -> Iterator[str]:
    """Yield the line that set it and the line that read it."""
    places = [("set", cause.write.place)]
    if cause.read is not None:
        places.append(("read", cause.read.place))
    known = [(word, scene.path(p), p.text) for word, p in places if p is not None]
    width = max((len(path) for _, path, _ in known), default=0)
    for word, path, text in known:
        yield f"  {word:<4}  {path:<{width}}  {text}"
    if not known:
        yield f"  set   {cause.write.detail} (in step {cause.writer.step!r})"


def _fix(cause: Carrier) -> Iterator[str]:
    yield advice_for(cause)
    yield f"(durable-lint: {lint_rule(cause.kind)})"


def _trace(difference: Difference) -> Iterator[str]:
    """Yield the traceback of the step where nothing explains the difference."""
    for run in (difference.variant, difference.reference):
        for attempt in run.attempts:
            if attempt.failure is not None and attempt.position == difference.position:
                yield ""
                yield from attempt.failure.traceback.rstrip().splitlines()
                return
