"""Executor contract: how a step reads and changes the state."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import steps_states as steps
from steps_states import CLOSED, KINDS, OPEN, START, get

from durable_core import Workflow
from durable_core.errors import SerializationError, StateError

kinds = pytest.mark.parametrize("kind", KINDS)
KINDS_WITH_ATTRIBUTES_TO_SET = [kind for kind in KINDS if kind != "frozen"]


def run(engine, steps_, kind="namespace", state=START, **options):
    workflow = Workflow("orders", steps_, state=KINDS[kind], **options)
    return engine.run(workflow, state)


def ended_well(engine, *args, **options):
    done = run(engine, *args, **options)
    done.raise_for_status()
    return done.state


@kinds
def test_a_step_gets_the_declared_state_and_its_dict_is_merged(quick, kind):
    state = ended_well(quick, [steps.double, steps.say_kind], kind)
    assert get(state, "amount") == 20
    assert get(state, "lines") == ["a"]
    wanted = "dict" if kind == "typed dict" else KINDS[kind].__name__
    assert get(state, "owner") == wanted
    assert type(state).__name__ == wanted


@pytest.mark.parametrize("kind", KINDS_WITH_ATTRIBUTES_TO_SET)
def test_in_place_changes_count_when_the_step_completes(quick, kind):
    state = ended_well(quick, [steps.change_in_place, steps.change_inside], kind)
    assert get(state, "amount") == 11
    assert get(state, "owner") == "ann"
    assert get(state, "lines") == ["a", "inside"]
    assert get(state, "notes") == {"deep": {"x": "inside"}}


@kinds
def test_in_place_changes_are_lost_when_the_step_fails(quick, kind):
    failed = run(quick, [steps.change_and_fail], kind)
    assert failed.status == "failed"
    assert get(failed.state, "lines") == ["a"]
    assert get(failed.state, "notes") == {"deep": {"x": 1}}


def test_what_is_returned_wins_over_what_was_changed_in_place(engine):
    state = ended_well(engine, [steps.change_and_return])
    assert (state.amount, state.owner) == (2, "in place")


@pytest.mark.parametrize(
    ("strategy", "lines", "notes"),
    [
        ("shallow", ["b"], {"deep": {"y": 2}}),
        ("deep", ["b"], {"deep": {"x": 1, "y": 2}}),
        ("append", ["a", "b"], {"deep": {"y": 2}}),
    ],
)
@pytest.mark.parametrize("kind", ["namespace", "dict", "dataclass", "model"])
def test_each_merge_strategy_joins_results_its_own_way(
    quick, kind, strategy, lines, notes
):
    state = ended_well(quick, [steps.return_some], kind, merge=strategy)
    assert get(state, "amount") == 10
    assert get(state, "lines") == lines
    assert get(state, "notes") == notes


@pytest.mark.parametrize("kind", OPEN)
def test_the_replace_strategy_keeps_only_what_was_returned(quick, kind):
    done = run(quick, [steps.return_everything, steps.double], kind, merge="replace")
    done.raise_for_status()
    assert done.state_wire == {"amount": 6}


def test_a_key_deleted_from_a_dict_state_is_gone(engine):
    state = ended_well(engine, [steps.forget_owner], "dict")
    assert "owner" not in state


@pytest.mark.parametrize("step", [steps.add_unknown_key, steps.set_unknown_key])
@pytest.mark.parametrize("kind", ["typed dict", "dataclass", "model"])
def test_an_unknown_key_is_an_error_that_names_step_and_key(quick, kind, step):
    failed = run(quick, [step], kind)
    error = failed.error.__cause__
    if kind == "model" and step is steps.set_unknown_key:
        assert isinstance(error, ValueError)  # pydantic's own answer, as everywhere
        assert "amuont" in str(error)
        return
    assert isinstance(error, StateError)
    assert (error.subject, error.key) == (f"step '{step.__name__}'", "amuont")
    assert "has no such field; it has: amount, lines, notes, owner" in str(error)


@pytest.mark.parametrize("step", [steps.break_type, steps.break_type_in_place])
@pytest.mark.parametrize("kind", ["typed dict", "dataclass", "model", "open model"])
def test_a_wrong_type_is_an_error_that_names_step_key_and_value(quick, kind, step):
    error = run(quick, [step], kind).error.__cause__
    assert isinstance(error, StateError)
    assert str(error).startswith(f"step '{step.__name__}', state.amount: 'many': "), (
        str(error)
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_is_no_result(quick, kind):
    error = run(quick, [steps.return_list], kind).error.__cause__
    assert isinstance(error, StateError)
    assert str(error) == (
        "step 'return_list': it returned list; return a dict of state fields, or None"
    )


@pytest.mark.parametrize("kind", ["namespace", "dict"])
def test_fields_are_named_by_text(quick, kind):
    error = run(quick, [steps.return_number_key], kind).error.__cause__
    assert isinstance(error, StateError)
    assert "the key 1 is int" in str(error)


@pytest.mark.parametrize("kind", [*OPEN, *CLOSED])
def test_an_undeclared_class_is_refused_with_its_path(quick, kind):
    error = run(quick, [steps.return_undeclared], kind).error.__cause__
    assert isinstance(error, SerializationError)
    assert error.path == "state.notes['found'][0]"
    assert error.type_name == "steps_states.Undeclared"


def test_what_belongs_to_a_process_is_refused_with_its_path(engine):
    error = run(engine, [steps.return_file]).error.__cause__
    assert isinstance(error, SerializationError)
    assert error.path == "state.orders[1]['source']"
    assert error.type_name == "_io.TextIOWrapper"


def test_a_declared_class_travels_inside_the_state(engine):
    workflow = Workflow("baskets", [steps.add_line, steps.add_line], state=steps.Basket)
    done = engine.run(workflow, steps.Basket([steps.Line("a")]))
    done.raise_for_status()
    assert done.state == steps.Basket(
        [steps.Line("a"), steps.Line("b", 2), steps.Line("b", 3)]
    )


def test_a_class_given_as_types_travels_in_an_open_state(engine):
    workflow = Workflow("open", [steps.add_line], types=[steps.Line])
    done = engine.run(workflow, {"lines": [steps.Line("a")]})
    done.raise_for_status()
    assert done.state.lines == [steps.Line("a"), steps.Line("b", 2)]


def test_an_alias_is_for_the_input_only(engine):
    workflow = Workflow("aliased", [steps.double], state=steps.AliasedModel)
    done = engine.run(workflow, {"theAmount": 4})
    done.raise_for_status()
    assert done.state.amount == 8


def test_a_state_of_five_megabytes_travels(engine):
    state = ended_well(engine, [steps.make_big, steps.count_big], state={})
    assert state.length == 5_000_000


def test_text_of_any_characters_travels_unchanged(engine):
    state = ended_well(engine, [steps.reverse_text], state={"text": steps.SURROGATES})
    assert state.same is True
    assert state.reversed == steps.SURROGATES[::-1]
    assert state.text == steps.SURROGATES


def test_results_share_nothing_with_what_the_step_kept(engine):
    steps.KEPT.clear()
    given = {"items": ["caller"]}
    state = ended_well(
        engine, [steps.keep_reference, steps.change_what_was_kept], state=given
    )
    assert state.seen == [["caller"], ["step"]]
    assert given == {"items": ["caller"]}
    for kept, mine in steps.KEPT:
        assert kept.items is not state.items
        assert mine is not state.mine


def test_the_callers_own_instance_is_never_changed(engine):
    given = SimpleNamespace(**{**START, "lines": ["a"]})
    state = ended_well(
        engine, [steps.change_in_place, steps.change_inside], state=given
    )
    assert given.amount == 10
    assert given.lines == ["a"]
    assert state.lines == ["a", "inside"]
