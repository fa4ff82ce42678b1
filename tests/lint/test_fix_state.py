"""Values that are handed over in the state instead of a place of the process."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixing import fixed, mended, stripped
from linting import write

from lint_rules.mending.writing import write_all

HEADER = "from durable_core import Workflow, step\n"


def program(before: str) -> str:
    return HEADER + stripped(before)


FIXED = {
    "a global that is assigned last": (
        """
        rate = 0
        @step
        def choose(state, context):
            global rate
            rate = len(state.zone)
        @step
        def price(state, context):
            return {"price": rate * 2}
        """,
        """
        @step
        def choose(state, context):
            return {"rate": len(state.zone)}
        @step
        def price(state, context):
            return {"price": state.rate * 2}
        """,
    ),
    "a value that the step uses before it returns": (
        """
        seen = {}
        @step
        def choose(state, context):
            seen["rate"] = len(state.zone)  # by zone
            context.logger.info("chosen")
        @step
        def price(state, context):
            return {"price": seen["rate"] * 2}
        """,
        """
        @step
        def choose(state, context):
            rate = len(state.zone)  # by zone
            context.logger.info("chosen")
            return {"rate": rate}
        @step
        def price(state, context):
            return {"price": state.rate * 2}
        """,
    ),
    "a step that returns something already": (
        """
        seen = {}
        @step
        def choose(state, context):
            seen["rate"] = (
                len(state.zone)  # letters
            )
            return {
                # kept
                "zone": state.zone,
            }
        @step
        def price(state, context):
            return {"price": seen["rate"] * 2}
        """,
        """
        @step
        def choose(state, context):
            return {
                # kept
                "rate": (
                    len(state.zone)  # letters
                ),
                "zone": state.zone,
            }
        @step
        def price(state, context):
            return {"price": state.rate * 2}
        """,
    ),
    "an annotated step that returned None": (
        """
        seen: dict[str, int] = {}
        @step
        def choose(state) -> None:
            seen["rate"] = len(state.zone)
            return None
        @step
        def price(state) -> dict[str, int]:
            return {"price": seen["rate"] * 2}
        """,
        """
        @step
        def choose(state) -> dict[str, object]:
            return {"rate": len(state.zone)}
        @step
        def price(state) -> dict[str, int]:
            return {"price": state.rate * 2}
        """,
    ),
    "a state that is a dict": (
        """
        seen = {}
        @step
        def choose(state, context):
            seen["rate"] = len(state["zone"])
        @step
        def price(state, context):
            return {"price": seen['rate'] * 2}
        """,
        """
        @step
        def choose(state, context):
            return {"rate": len(state["zone"])}
        @step
        def price(state, context):
            return {"price": state["rate"] * 2}
        """,
    ),
    "a key of the run": (
        """
        lines = {}
        @step
        def count(state, context):
            lines[state.order] = len(state.rows)
        @step
        def report(state, context):
            return {"text": f"{lines[state.order]:>5} lines"}
        """,
        """
        @step
        def count(state, context):
            return {"lines": len(state.rows)}
        @step
        def report(state, context):
            return {"text": f"{state.lines:>5} lines"}
        """,
    ),
    "a dict that other keys still need": (
        """
        seen = {"limit": 3}
        @step
        def choose(state, context):
            seen["rate"] = len(state.zone)
        @step
        def price(state, context):
            return {"price": seen["rate"] * seen["limit"]}
        """,
        """
        seen = {"limit": 3}
        @step
        def choose(state, context):
            return {"rate": len(state.zone)}
        @step
        def price(state, context):
            return {"price": state.rate * seen["limit"]}
        """,
    ),
    "an attribute of a class": (
        """
        class Settings:
            region = "eu"
        @step
        def choose(state, context):
            Settings.region = state.zone[:2]
        @step
        def price(state, context):
            return {"price": Settings.region}
        """,
        """
        class Settings:
            region = "eu"
        @step
        def choose(state, context):
            return {"region": state.zone[:2]}
        @step
        def price(state, context):
            return {"price": state.region}
        """,
    ),
    "an attribute of a function": (
        """
        @step
        def choose(state, context):
            choose.region = state.zone[:2]
        @step
        def price(state, context):
            return {"price": choose.region}
        """,
        """
        @step
        def choose(state, context):
            return {"region": state.zone[:2]}
        @step
        def price(state, context):
            return {"price": state.region}
        """,
    ),
    "a thread-local": (
        """
        import threading
        local = threading.local()
        @step
        def choose(state, context):
            local.region = state.zone[:2]
        @step
        def price(state, context):
            return {"price": local.region}
        """,
        """
        import threading
        local = threading.local()
        @step
        def choose(state, context):
            return {"region": state.zone[:2]}
        @step
        def price(state, context):
            return {"price": state.region}
        """,
    ),
    "coroutines, and two steps that read": (
        """
        seen = {}
        @step
        async def choose(state, context):
            seen["rate"] = await state.client.fetch()
        @step
        async def price(state, context):
            return {"price": seen["rate"] * 2}
        @step
        async def tell(state, context):
            return {"text": str(seen["rate"])}
        """,
        """
        @step
        async def choose(state, context):
            return {"rate": await state.client.fetch()}
        @step
        async def price(state, context):
            return {"price": state.rate * 2}
        @step
        async def tell(state, context):
            return {"text": str(state.rate)}
        """,
    ),
    "a name that the state has already": (
        """
        seen = {}
        @step
        def choose(state, context):
            seen["rate"] = len(state.zone)
        @step
        def price(state, context):
            return {"price": seen["rate"] * state.rate}
        """,
        """
        @step
        def choose(state, context):
            return {"seen_rate": len(state.zone)}
        @step
        def price(state, context):
            return {"price": state.seen_rate * state.rate}
        """,
    ),
    "a state with declared fields": (
        """
        from dataclasses import dataclass
        rates: dict[str, float] = {}
        @dataclass
        class Order:
            zone: str
            price: float = 0  # cents
        @step
        def choose(state: Order):
            rates.update(state.zone)
        @step
        def price(state: Order):
            return {"price": rates[state.zone] * 2}
        workflow = Workflow("x", [choose, price], state=Order)
        """,
        """
        from dataclasses import dataclass, field
        @dataclass
        class Order:
            zone: str
            price: float = 0  # cents
            rates: dict[str, float] = field(default_factory=dict)
        @step
        def choose(state: Order):
            return {"rates": dict(state.zone)}
        @step
        def price(state: Order):
            return {"price": state.rates[state.zone] * 2}
        workflow = Workflow("x", [choose, price], state=Order)
        """,
    ),
    "an annotation that the class does not see yet": (
        """
        from dataclasses import dataclass
        @dataclass
        class Order:
            zone: str
        class Rate(int): pass
        rate: Rate = 0
        @step
        def choose(state: Order):
            global rate
            rate = len(state.zone)
        @step
        def price(state: Order):
            return {"zone": str(rate * 2)}
        """,
        """
        from dataclasses import dataclass
        @dataclass
        class Order:
            zone: str
            rate: object = 0
        class Rate(int): pass
        @step
        def choose(state: Order):
            return {"rate": len(state.zone)}
        @step
        def price(state: Order):
            return {"zone": str(state.rate * 2)}
        """,
    ),
    "a state that is a model": (
        """
        from pydantic import BaseModel
        seen = {}
        class Order(BaseModel):
            zone: str
        @step
        def choose(state: Order):
            seen["rate"] = len(state.zone)
        @step
        def price(state: Order):
            return {"zone": str(seen["rate"] * 2)}
        """,
        """
        from pydantic import BaseModel
        class Order(BaseModel):
            zone: str
            rate: object = None
        @step
        def choose(state: Order):
            return {"rate": len(state.zone)}
        @step
        def price(state: Order):
            return {"zone": str(state.rate * 2)}
        """,
    ),
    "a tuple": (
        """
        seen = {}
        @step
        def choose(state, context):
            seen["pair"] = len(state.zone), 2
        @step
        def price(state, context):
            return {"price": seen["pair"][0]}
        """,
        """
        @step
        def choose(state, context):
            return {"pair": (len(state.zone), 2)}
        @step
        def price(state, context):
            return {"price": state.pair[0]}
        """,
    ),
}


@pytest.mark.parametrize(("before", "after"), FIXED.values(), ids=FIXED)
def test_a_value_is_handed_over(before: str, after: str, tmp_path: Path) -> None:
    assert fixed(tmp_path, program(before)) == program(after)


CHOOSE = """
        @step
        def choose(state, context):
            seen["rate"] = len(state.zone)
"""
PRICE = """
        @step
        def price(state, context):
            return {"price": seen["rate"] * 2}
"""
SEEN = """
        seen = {}
"""
LEFT = {
    "it is written only sometimes": SEEN
    + """
        @step
        def choose(state, context):
            if state.zone:
                seen["rate"] = len(state.zone)
"""
    + PRICE,
    "it is written in two places": SEEN
    + CHOOSE
    + """
        @step
        def again(state, context):
            seen["rate"] = 3
"""
    + PRICE,
    "the step may return early": SEEN
    + """
        @step
        def choose(state, context):
            if not state.zone:
                return {"zone": "eu"}
            seen["rate"] = len(state.zone)
"""
    + PRICE,
    "the step returns a variable": SEEN
    + """
        @step
        def choose(state, context):
            seen["rate"] = len(state.zone)
            return state.answer
"""
    + PRICE,
    "a function that is no step reads it": SEEN
    + CHOOSE
    + """
        def current():
            return seen["rate"]
        @step
        def price(state, context):
            return {"price": current() * 2}
""",
    "a function that is no step writes it": SEEN
    + """
        def put(rate):
            seen["rate"] = rate
        @step
        def choose(state, context):
            put(len(state.zone))
"""
    + PRICE,
    "the whole dict is used as well": SEEN
    + CHOOSE
    + PRICE
    + """
        @step
        def tell(state, context):
            return {"all": dict(seen)}
""",
    "a workflow runs the steps the other way round": SEEN
    + CHOOSE
    + PRICE
    + """
        workflow = Workflow("x", [price, choose])
""",
    "a workflow has the reading step alone": SEEN
    + CHOOSE
    + PRICE
    + """
        one = Workflow("x", [choose, price])
        two = Workflow("y", [price])
""",
    "a workflow merges in its own way": SEEN
    + CHOOSE
    + PRICE
    + """
        workflow = Workflow("x", [choose, price], merge="replace")
""",
    "the reading step changes what is there": """
        seen = {}
        @step
        def choose(state, context):
            seen["rates"] = list(state.zone)
        @step
        def price(state, context):
            seen["rates"].append(1)
            return {"price": seen["rates"]}
        @step
        def tell(state, context):
            return {"text": str(seen["rates"])}
""",
    "it is a connection": """
        import sqlite3
        seen = {}
        @step
        def choose(state, context):
            seen["db"] = sqlite3.connect(state.path)
        @step
        def price(state, context):
            return {"price": seen["db"].execute("select 1").fetchone()[0]}
""",
    "a variable of the step has that name": SEEN
    + """
        @step
        def choose(state, context):
            rate = 2
            seen["rate"] = len(state.zone)
            context.logger.info("%s", rate)
"""
    + PRICE,
    "a string names it": """
        rate = 0
        __all__ = ["rate"]
        @step
        def choose(state, context):
            global rate
            rate = len(state.zone)
        @step
        def price(state, context):
            return {"price": rate * 2}
""",
    "a variable hides it": """
        rate = 0
        @step
        def choose(state, context):
            global rate
            rate = len(state.zone)
        @step
        def price(state, context):
            return {"price": rate * sum(rate for rate in state.rates)}
""",
    "the state is of a type with its own constructor": """
        seen = {}
        class Order:
            def __init__(self, zone):
                self.zone = zone
        @step
        def choose(state: Order, context):
            seen["rate"] = len(state.zone)
        @step
        def price(state: Order, context):
            return {"price": seen["rate"] * 2}
""",
    "other classes inherit from the state": """
        from dataclasses import dataclass
        seen = {}
        @dataclass
        class Order:
            zone: str
        @dataclass
        class Rush(Order):
            hours: int
        @step
        def choose(state: Order):
            seen["rate"] = len(state.zone)
        @step
        def price(state: Order):
            return {"zone": str(seen["rate"] * 2)}
""",
    "the key is a variable of each step": """
        seen = {}
        @step
        def choose(state, context):
            key = state.zone
            seen[key] = len(state.zone)
        @step
        def price(state, context):
            key = state.other
            return {"price": seen[key] * 2}
""",
    "a step changes what the key is made from": """
        seen = {}
        @step
        def choose(state, context):
            seen[state.zone] = len(state.zone)
            return {"zone": state.zone.lower()}
        @step
        def price(state, context):
            return {"price": seen[state.zone] * 2}
""",
    "the new value depends on the old one": """
        rate = 0
        @step
        def choose(state, context):
            global rate
            rate = rate + 1
        @step
        def price(state, context):
            return {"price": rate * 2}
""",
    "another library runs the steps": """
        from celery import Celery
        app = Celery("x")
        seen = {}
        @app.task
        def choose(state, context):
            seen["rate"] = len(state.zone)
        @app.task
        def price(state, context):
            return {"price": seen["rate"] * 2}
""",
    "a workflow of dotted paths has another order": SEEN
    + CHOOSE
    + PRICE
    + """
        workflow = Workflow("x", ["flow:price", "flow:choose"])
""",
    "two statements share a line": SEEN
    + """
        @step
        def choose(state, context):
            zone = state.zone; seen["rate"] = len(zone)
"""
    + PRICE,
    "quotes would end the text": SEEN
    + """
        @step
        def choose(state, context):
            seen["rate"] = len(state["zone"])
        @step
        def price(state, context):
            return {"price": f"{seen['rate']}"}
""",
}


@pytest.mark.parametrize("before", LEFT.values(), ids=LEFT)
def test_a_value_stays_where_it_is_when(before: str, tmp_path: Path) -> None:
    assert fixed(tmp_path, program(before)) == program(before)


FILES = {
    "shop/__init__.py": "",
    "shop/orders.py": """
        from dataclasses import dataclass


        @dataclass
        class Order:
            zone: str
    """,
    "shop/flow.py": """
        from durable_core import Workflow, step
        from shop.orders import Order

        rate = 0


        @step
        def choose(state: Order):
            global rate
            rate = len(state.zone)


        @step
        def price(state: Order):
            return {"zone": str(rate)}


        workflow = Workflow("x", [choose, price], state=Order)
    """,
}


def test_a_state_in_another_file_gets_the_field_there(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    assert write_all(mended(tmp_path)) == ([], frozenset())
    orders, flow = (tmp_path / f"shop/{name}.py" for name in ("orders", "flow"))
    assert orders.read_text() == stripped(FILES["shop/orders.py"]) + (
        "    rate: object = 0\n"
    )
    assert 'return {"rate": len(state.zone)}' in flow.read_text()
    assert "str(state.rate)" in flow.read_text()


def test_a_fix_of_two_files_is_made_in_both_or_in_none(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    mending = mended(tmp_path)
    orders, flow = (tmp_path / f"shop/{name}.py" for name in ("orders", "flow"))
    orders.write_text("# mine\n")
    messages, lost = write_all(mending)
    assert len(messages) == 1
    assert "orders.py has changed since it was read" in messages[0]
    assert len(lost) == 2
    assert flow.read_text() == stripped(FILES["shop/flow.py"])
    assert sorted(path.name for path in flow.parent.iterdir()) == [
        "__init__.py",
        "flow.py",
        "orders.py",
    ]


def test_a_global_that_another_module_imports_stays(tmp_path: Path) -> None:
    files = FILES | {"shop/other.py": "from shop.flow import rate\nprint(rate)\n"}
    files["shop/flow.py"] = files["shop/flow.py"].replace(
        "from shop.orders", "import shop.other\n        from shop.orders"
    )
    write(tmp_path, files)
    assert mended(tmp_path).after == {}


def test_the_order_of_steps_in_a_file_of_another_kind_counts(tmp_path: Path) -> None:
    code = program(SEEN + CHOOSE + PRICE)
    for first, second, changes in (("price", "choose", 0), ("choose", "price", 1)):
        folder = tmp_path / first
        steps = f"steps:\n  - flow.{first}\n  - flow.{second}\n"
        write(folder, {"flow.py": code, "flow.yaml": steps})
        assert len(mended(folder).fixed) == changes
