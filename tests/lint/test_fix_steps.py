"""DUR601, DUR112, DUR703: steps get names, needless globals go, calls are awaited."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixing import fixed, stripped

FIXED = {
    "lambdas in a list": (
        """
        # all of them
        STEPS = [
            lambda state, context: {"total": sum(state.prices)},  # net
            (lambda state, context=None: {
                "tax": state.total // 5,
            }),
            lambda state, context: print(
                state.total
            ),
        ]
        """,
        """
        def set_total(state, context):
            return {"total": sum(state.prices)}

        def set_tax(state, context=None):
            return {
                "tax": state.total // 5,
            }

        def step_1(state, context):
            return (print(
                state.total
            ))

        # all of them
        STEPS = [
            set_total,  # net
            set_tax,
            step_1,
        ]
        """,
    ),
    "a lambda in a workflow": (
        """
        from durable_core import Workflow


        class set_total: pass


        workflow = Workflow("x", [lambda state: {"total": 1}])
        """,
        """
        from durable_core import Workflow


        class set_total: pass


        def step_1(state):
            return {"total": 1}


        workflow = Workflow("x", [step_1])
        """,
    ),
    "a function in a function": (
        """
        from durable_core import Workflow, step


        def build(name):
            # adds everything up
            @step
            def add_up(state, context):
                '''Add up.

                All of it.
                '''
                text = '''
            kept
                '''
                return {"total": sum(state.prices), "text": text}

            return Workflow(name, [add_up])
        """,
        """
        from durable_core import Workflow, step


        # adds everything up
        @step
        def add_up(state, context):
            '''Add up.

                All of it.
                '''
            text = '''
            kept
                '''
            return {"total": sum(state.prices), "text": text}


        def build(name):
            return Workflow(name, [add_up])
        """,
    ),
}


@pytest.mark.parametrize(("before", "after"), FIXED.values(), ids=FIXED)
def test_a_step_gets_a_name(before: str, after: str, tmp_path: Path) -> None:
    assert fixed(tmp_path, before) == stripped(after)


LEFT = {
    "a function that captures a parameter": """
        from durable_core import Workflow, step
        def build(name):
            @step
            def add_up(state, context):
                return {"name": name}
            return Workflow("x", [add_up])
        """,
    "a function whose default is a parameter": """
        from durable_core import Workflow, step
        def build(name):
            @step
            def add_up(state, context, label=name):
                return {"name": label}
            return Workflow("x", [add_up])
        """,
    "a function of a name that is taken": """
        from durable_core import Workflow, step
        def build():
            @step
            def add_up(state, context):
                return {"total": 1}
            return Workflow("x", [add_up])
        add_up = None
        """,
    "a function that is defined in two ways": """
        from durable_core import Workflow, step
        def build(fast):
            if fast:
                @step
                def add_up(state, context):
                    return {"total": 1}
            else:
                @step
                def add_up(state, context):
                    return {"total": 2}
            return Workflow("x", [add_up])
        """,
    "a function that is decorated with what comes later": """
        from durable_core import Workflow
        def build():
            @named
            def add_up(state, context):
                return {"total": 1}
            return Workflow("x", [add_up])
        def named(function):
            return function
        """,
    "lambdas of a comprehension": """
        STEPS = [lambda state, context, n=n: {"total": n} for n in range(3)]
        """,
}


@pytest.mark.parametrize("program", LEFT.values(), ids=LEFT)
def test_a_step_stays_where_it_is(program: str, tmp_path: Path) -> None:
    assert fixed(tmp_path, program) == stripped(program)


GLOBALS = {
    "alone": ("global RATES", ""),
    "among others": ("global RATES, seen, LIMIT", "global seen"),
}


@pytest.mark.parametrize(("before", "after"), GLOBALS.values(), ids=GLOBALS)
def test_a_needless_global_goes(before: str, after: str, tmp_path: Path) -> None:
    program = """
        from durable_core import step
        RATES, LIMIT, seen = {{"EUR": 1}}, 3, 0
        @step
        def price(state, context):
            {line}
            {seen}
            return {{"price": RATES["EUR"], "limit": LIMIT}}
    """
    seen = "seen = 1" if "seen" in after else "pass"
    expected = stripped(program.format(line=after or "#", seen=seen))
    result = fixed(tmp_path, program.format(line=before, seen=seen), unsafe=False)
    assert result == expected.replace("    #\n", "")


def test_a_global_that_is_all_there_is_becomes_pass(tmp_path: Path) -> None:
    program = "from durable_core import step\nA = 1\n@step\ndef a(state, context):\n"
    result = fixed(tmp_path, f"{program}    global A  # why\n", unsafe=False)
    assert result == f"{program}    pass  # why\n"


AWAITED = {
    "a statement": ("charge(state)", "await charge(state)"),
    "a value that is used": (
        "x = charge(state)['a']",
        "x = (await charge(state))['a']",
    ),
    "a test": ("if charge(state): pass", "if await charge(state): pass"),
    "behind other characters": ("é = 1; charge(state)", "é = 1; await charge(state)"),
}


@pytest.mark.parametrize(("before", "after"), AWAITED.values(), ids=AWAITED)
def test_a_step_is_awaited(before: str, after: str, tmp_path: Path) -> None:
    program = """
        from durable_core import step, workflow
        @step
        def charge(state, context):
            return {{"a": True}}
        @workflow
        async def order(state, context):
            {line}
    """
    result = fixed(tmp_path, program.format(line=before), unsafe=False)
    assert result == stripped(program.format(line=after))
