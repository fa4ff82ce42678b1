"""Objects that a step makes for itself, instead of finding them in a global."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixing import fixed, stripped

FIXED = {
    "a session that an earlier step opened": (
        """
        import psycopg
        from durable_core import Workflow, step

        session = None  # type: ignore[assignment]

        @step
        def sign_in(state, context):
            global session
            session = psycopg.connect(
                state.merchant,
            )
            session_id = 1
            return {"cents": session_id}

        @step
        def charge(state, context):
            \"\"\"Take the money.\"\"\"
            cents = state.cents
            # in the provider's session
            with context.span():
                receipt = session.execute(cents)
            return {"receipt": receipt.rowcount}

        workflow = Workflow("charge", [sign_in, charge])
        """,
        """
        import psycopg
        from durable_core import Workflow, step

        @step
        def sign_in(state, context):
            session_id = 1
            return {"cents": session_id}

        @step
        def charge(state, context):
            \"\"\"Take the money.\"\"\"
            cents = state.cents
            # in the provider's session
            session = psycopg.connect(
                state.merchant,
            )
            with context.span():
                receipt = session.execute(cents)
            return {"receipt": receipt.rowcount}

        workflow = Workflow("charge", [sign_in, charge])
        """,
    ),
    "a step that did nothing else": (
        """
        import psycopg
        from durable_core import step
        db = None
        @step
        def sign_in(state, context):
            global db
            db = psycopg.connect("dbname=shop")
        @step
        def count(state, context):
            return {"rows": db.execute("select 1").fetchone()[0]}
        """,
        """
        import psycopg
        from durable_core import step
        @step
        def sign_in(state, context):
            pass
        @step
        def count(state, context):
            db = psycopg.connect("dbname=shop")
            return {"rows": db.execute("select 1").fetchone()[0]}
        """,
    ),
    "a connection of the module": (
        """
        import psycopg
        from durable_core import step

        _DB: psycopg.Connection = psycopg.connect("dbname=shop")  # one for all

        @step
        def save(state, context):
            with _DB:
                _DB.execute("insert into rows values (1)")

        @step
        async def count(state, context):
            rows = [1]
            rows.append(_DB.execute("select 1").fetchone()[0])
            return {"rows": rows}
        """,
        """
        import psycopg
        from durable_core import step

        def open_db() -> psycopg.Connection:
            return psycopg.connect("dbname=shop")  # one for all

        @step
        def save(state, context):
            _DB = open_db()
            with _DB:
                _DB.execute("insert into rows values (1)")

        @step
        async def count(state, context):
            rows = [1]
            _DB = open_db()
            rows.append(_DB.execute("select 1").fetchone()[0])
            return {"rows": rows}
        """,
    ),
}


@pytest.mark.parametrize(("before", "after"), FIXED.values(), ids=FIXED)
def test_a_step_makes_what_it_uses(before: str, after: str, tmp_path: Path) -> None:
    assert fixed(tmp_path, before) == stripped(after)


LEFT = {
    "two steps use it": """
        import requests
        from durable_core import step
        session = None
        @step
        def sign_in(state, context):
            global session
            session = requests.Session()
        @step
        def charge(state, context):
            return {"receipt": session.post(state.cents).text}
        @step
        def refund(state, context):
            return {"back": session.post(-state.cents).text}
        """,
    "it is made from a variable of the step": """
        import psycopg
        from durable_core import step
        db = None
        @step
        def sign_in(state, context):
            global db
            name = state.rows[0].name
            db = psycopg.connect(name)
        @step
        def count(state, context):
            return {"rows": db.execute("select 1").fetchone()[0]}
        """,
    "it is made from what steps change": """
        import psycopg
        from durable_core import step
        db = None
        @step
        def sign_in(state, context):
            global db
            db = psycopg.connect(state.path)
            return {"path": None}
        @step
        def count(state, context):
            return {"rows": db.execute("select 1").fetchone()[0]}
        """,
    "rows in memory": """
        import sqlite3
        from durable_core import step
        db = sqlite3.connect(":memory:")
        @step
        def count(state, context):
            return {"rows": db.execute("select 1").fetchone()[0]}
        """,
    "a transaction that goes on": """
        import psycopg
        from durable_core import step
        db = psycopg.connect("dbname=shop")
        @step
        def save(state, context):
            db.execute("insert into rows values (1)")
        @step
        def finish(state, context):
            db.commit()
        """,
    "it is made around another object of the module": """
        import csv
        import io
        from durable_core import step
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        @step
        def note(state, context):
            writer.writerow(state.row)
        @step
        def attach(state, context):
            return {"text": buffer.getvalue()}
        """,
    "a helper uses it": """
        import psycopg
        from durable_core import step
        db = psycopg.connect("dbname=shop")
        def rows():
            return db.execute("select 1").fetchone()
        @step
        def count(state, context):
            return {"rows": rows()[0]}
        """,
    "the module uses it as well": """
        import psycopg
        from durable_core import step
        db = psycopg.connect("dbname=shop")
        db.autocommit = True
        @step
        def count(state, context):
            return {"rows": db.execute("select 1").fetchone()[0]}
        """,
}


@pytest.mark.parametrize("program", LEFT.values(), ids=LEFT)
def test_an_object_stays_where_it_is_when(program: str, tmp_path: Path) -> None:
    assert fixed(tmp_path, program) == stripped(program)
