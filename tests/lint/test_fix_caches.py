"""DUR201: which functions are taken off their cache, and how the rest looks after."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixing import fixed, stripped

USER = """
@step
def read(state, context):
    return {"settings": settings(state.path)}
"""
BODY = """
def settings(path):
    with open(path) as file:
        return file.read()
"""

FIXED = {
    "a bare decorator and its import": (
        "from functools import lru_cache\nfrom durable_core import step\n@lru_cache",
        "from durable_core import step",
    ),
    "a called decorator": (
        "from functools import lru_cache\nfrom durable_core import step\n"
        "@lru_cache(\n    maxsize=None,\n)",
        "from durable_core import step",
    ),
    "an import under another name": (
        "import functools as ft\nfrom durable_core import step\n@ft.cache",
        "from durable_core import step",
    ),
    "an import that others use": (
        "import functools\nfrom durable_core import step\n"
        "add = functools.partial(sum, start=1)\n@functools.cache",
        "import functools\nfrom durable_core import step\n"
        "add = functools.partial(sum, start=1)",
    ),
    "an import that __all__ names": (
        "from functools import cache\nfrom durable_core import step\n"
        '__all__ = ["cache"]\n@cache',
        "from functools import cache\nfrom durable_core import step\n"
        '__all__ = ["cache"]',
    ),
    "the first of several names": (
        "from functools import cache, wraps\nfrom durable_core import step\n"
        "keep = wraps\n@cache",
        "from functools import wraps\nfrom durable_core import step\nkeep = wraps",
    ),
    "the last of several names": (
        "from functools import wraps, cache\nfrom durable_core import step\n"
        "keep = wraps\n@cache",
        "from functools import wraps\nfrom durable_core import step\nkeep = wraps",
    ),
    "a name in parentheses": (
        "from functools import (\n    cache,\n    wraps,\n)\n"
        "from durable_core import step\nkeep = wraps\n@cache",
        "from functools import (\n    wraps,\n)\n"
        "from durable_core import step\nkeep = wraps",
    ),
    "stacked decorators": (
        "from functools import cache\nfrom durable_core import step\n"
        "def loud(f):\n    return f\n@loud\n@cache\n@loud",
        "from durable_core import step\ndef loud(f):\n    return f\n@loud\n@loud",
    ),
    "a comment beside the decorator": (
        "from functools import cache\nfrom durable_core import step\n"
        "# above\n@cache  # slow disk",
        "from durable_core import step\n# above\n# slow disk",
    ),
    "a pragma beside the decorator": (
        "from functools import cache\nfrom durable_core import step\n"
        "@cache  # type: ignore[misc]",
        "from durable_core import step",
    ),
}


@pytest.mark.parametrize(("before", "after"), FIXED.values(), ids=FIXED)
def test_a_function_is_taken_off_its_cache(
    before: str, after: str, tmp_path: Path
) -> None:
    rest = BODY.lstrip("\n") + USER
    assert fixed(tmp_path, f"{before}\n{rest}") == f"{after}\n{rest}"


def test_a_cache_that_is_made_by_a_call_is_taken_off(tmp_path: Path) -> None:
    program = """
        from functools import lru_cache
        from durable_core import step

        def _settings(path):
            with open(path) as file:
                return file.read()

        settings = lru_cache(_settings)  # one per path

        @step
        def read(state, context):
            return {"settings": settings(state.path)}
    """
    after = stripped(program).replace("lru_cache(_settings)", "_settings")
    after = after.replace("from functools import lru_cache\n", "")
    assert fixed(tmp_path, program) == after


def test_two_caches_take_their_import_with_the_second_one(tmp_path: Path) -> None:
    program = """
        import functools
        from durable_core import step

        @functools.cache
        def one(path):
            return open(path).read()

        @functools.cache
        def two(path):
            return open(path).read()

        @step
        def read(state, context):
            return {"text": one(state.path) + two(state.path)}
    """
    after = stripped(program).replace("@functools.cache\n", "")
    assert fixed(tmp_path, program) == after.replace("import functools\n", "")


def test_a_store_of_results_goes_with_its_decorator(tmp_path: Path) -> None:
    program = """
        from cachetools import TTLCache, cached
        from durable_core import step

        _answers = TTLCache(maxsize=10, ttl=60)

        @cached(_answers)
        def settings(path):
            return open(path).read()

        @step
        def read(state, context):
            return {"settings": settings(state.path)}
    """
    after = stripped(program).replace("from cachetools import TTLCache, cached\n", "")
    after = after.replace("_answers = TTLCache(maxsize=10, ttl=60)\n\n", "")
    assert fixed(tmp_path, program) == after.replace("@cached(_answers)\n", "")


def test_both_of_two_functions_of_a_name_are_taken_off(tmp_path: Path) -> None:
    program = """
        import os
        from durable_core import step

        try:
            from functools import cache
        except ImportError:
            from functools import lru_cache as cache

        if os.name == "nt":
            @cache
            def settings(path):
                return open(path).read()
        else:
            @cache
            def settings(path):
                return open(path).read().strip()

        @step
        def read(state, context):
            return {"settings": settings(state.path)}
    """
    after = stripped(program).replace("    @cache\n", "")
    assert fixed(tmp_path, program) == after


LEFT = {
    "a step changes what it returns": """
        from functools import cache
        from durable_core import step
        @cache
        def basket(order):
            return {"lines": open(order).read()}
        @step
        def add(state, context):
            basket(state.order)["new"] = state.line
        @step
        def total(state, context):
            return {"lines": len(basket(state.order))}
        """,
    "it returns a connection": """
        import sqlite3
        from functools import cache
        from durable_core import step
        @cache
        def database(path):
            return sqlite3.connect(path)
        @step
        def total(state, context):
            return {"n": database(state.path).execute("select 1").fetchone()[0]}
        """,
    "it returns an object of the program": """
        from functools import cache
        from durable_core import step
        class Settings:
            def __init__(self, text):
                self.text = text
        @cache
        def settings(path):
            return Settings(open(path).read())
        @step
        def total(state, context):
            return {"n": settings(state.path).text}
        """,
    "its cache is asked": """
        from functools import cache
        from durable_core import step
        @cache
        def settings(path):
            return open(path).read()
        def forget():
            settings.cache_clear()
        @step
        def total(state, context):
            return {"n": settings(state.path)}
        """,
    "it calls itself": """
        from functools import cache
        from durable_core import step
        @cache
        def included(path):
            text = open(path).read()
            return included(text) if text.startswith("/") else text
        @step
        def total(state, context):
            return {"n": included(state.path)}
        """,
    "it is pure, so that the cache only saves time": """
        from functools import cache
        from durable_core import step
        @cache
        def double(number):
            return number * 2
        @step
        def total(state, context):
            return {"n": double(state.number)}
        """,
}


@pytest.mark.parametrize("program", LEFT.values(), ids=LEFT)
def test_a_function_keeps_its_cache_when(program: str, tmp_path: Path) -> None:
    assert fixed(tmp_path, program) == stripped(program)


def test_a_cache_is_no_matter_of_safe_fixes(tmp_path: Path) -> None:
    program = f"from functools import cache\nfrom durable_core import step\n@cache{BODY}{USER}"
    assert fixed(tmp_path, program, unsafe=False) == program
