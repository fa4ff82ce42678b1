"""`[tool.durable-lint]`: what each key does, and what is said about a wrong one."""

from __future__ import annotations

import pickle
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from linting import everything, names, write

from lint_rules.cli import run_command
from lint_rules.config import Config
from lint_rules.patterns import FilePatterns
from lint_rules.runner import run

PITFALL = """
    from durable_core import step

    seen = []

    @step
    def note(state, context):
        seen.append(state.name)
"""
NO_STEP = """
    seen = []

    def note(name):
        seen.append(name)
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def configure(text: str, file: str = "pyproject.toml") -> None:
    write(Path(), {file: f"[tool.durable-lint]\n{text}\n"})


def found(
    program: str | dict[str, str], *arguments: str, **changes: object
) -> list[str]:
    """Return the names of what is found with a changed configuration."""
    files = program if isinstance(program, dict) else {"flow.py": program}
    write(Path(), files)
    config: Config = replace(everything(), **changes)  # type: ignore[arg-type]
    return names(run([Path()], config).findings)


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run_command(arguments) == 2
    return capsys.readouterr().err


# What a key does.


def test_roots_are_linted_when_no_path_is_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(Path(), {"src/flow.py": PITFALL, "other/flow.py": PITFALL})
    assert "no paths given" in told(capsys)
    configure('roots = ["src"]')
    assert run_command([]) == 1
    out = capsys.readouterr().out
    assert "src/flow.py:7:5" in out.replace("\\", "/")
    assert "other/" not in out.replace("\\", "/")


def test_module_names_start_at_the_roots() -> None:
    write(Path(), {"lib/shop/flow.py": PITFALL})
    config = replace(everything(), roots=(str(Path("lib").resolve()),))
    (finding,) = run([Path("lib/shop")], config).findings
    assert finding.step == "shop.flow.note"
    (finding,) = run([Path("lib/shop")], everything()).findings
    assert finding.step == "flow.note"


@pytest.mark.parametrize(
    ("patterns", "left"),
    [
        (["flow.note"], ["module-mutation"]),
        (["flow.*"], ["module-mutation"]),
        (["*note"], ["module-mutation"]),
        (["flow.other"], []),
        (["flow"], []),
    ],
)
def test_functions_whose_names_match_steps_are_steps(
    patterns: list[str], left: list[str]
) -> None:
    assert found(NO_STEP, steps=tuple(patterns)) == left


def test_a_module_that_lists_its_steps_has_the_configured_ones_too() -> None:
    program = (
        PITFALL
        + """
    def other(state, context):
        seen.append(1)

    STEPS = [note]
    """
    )
    assert found(program) == ["module-mutation"]
    assert found(program, steps=("flow.other",)) == ["module-mutation"] * 2


CACHED = """
    import functools
    from durable_core import step

    @functools.lru_cache
    def settings(path):
        with open(path) as file:
            return file.read()

    @step
    def read(state, context):
        return {"settings": settings(state.path)}
"""
BY_HAND = """
    from durable_core import step

    seen = {}

    def rate(name):
        if name not in seen:
            with open(name) as file:
                seen[name] = file.read()
        return seen[name]

    @step
    def read(state, context):
        return {"rate": rate(state.name)}
"""


@pytest.mark.parametrize(
    ("program", "pure"), [(CACHED, "flow.settings"), (BY_HAND, "*.rate")]
)
def test_a_pure_function_may_keep_its_results(program: str, pure: str) -> None:
    assert len(found(program)) == 1
    assert found(program, pure=("flow.other",)) == found(program)
    assert found(program, pure=(pure,)) == []


def test_what_steps_do_to_the_result_of_a_pure_function_is_still_found() -> None:
    program = """
        import functools
        from durable_core import step

        @functools.lru_cache
        def names():
            return []

        @step
        def note(state, context):
            names().append(state.name)
    """
    assert len(found(program, pure=("flow.names",))) == 1


WRITES = """
    import sqlite3
    from pathlib import Path
    from durable_core import step

    @step
    def write(state, context):
        with open("{path}", "w") as file:
            file.write(state.text)

    @step
    def read(state, context):
        sqlite3.connect("{path}.db")
        with open("{path}") as file:
            return {{"text": file.read()}}
"""


@pytest.mark.parametrize(
    ("path", "shared", "left"),
    [
        ("/tmp/share/x", [], 2),
        ("/tmp/share/x", ["/tmp/share"], 0),
        ("/tmp/share/x", ["/tmp/share/"], 0),
        ("/tmp/share/x", ["/tmp/*"], 0),
        ("/tmp/share/x", ["/tmp/sha"], 2),
        ("/tmp/share/x", ["tmp/share"], 2),
        ("data/x", ["data"], 0),
        ("./data/x", ["data"], 0),
        ("data/x", ["/data"], 2),
    ],
)
def test_files_below_shared_paths_are_no_findings(
    path: str, shared: list[str], left: int
) -> None:
    assert len(found(WRITES.format(path=path), shared_paths=tuple(shared))) == left


CLIENT = """
    import {module}
    from durable_core import step

    client = {module}.{factory}("url")

    @step
    def send(state, context):
        client.send(state.text)
"""


def test_a_client_is_safe_or_unsafe_as_configured() -> None:
    connected = CLIENT.format(module="pika", factory="BlockingConnection")
    assert found(connected) == ["module-resource"]
    assert found(connected, safe_clients=frozenset({"pika.BlockingConnection"})) == []
    unknown = CLIENT.format(module="acme", factory="Client")
    assert found(unknown) == []
    assert found(unknown, unsafe_clients=frozenset({"acme.Client"})) == [
        "module-resource"
    ]


def test_a_safe_class_of_the_program_may_remember_things() -> None:
    program = """
        from durable_core import step

        class Client:
            def __init__(self):
                self.channel = None

            def send(self, text):
                self.channel = object()

        client = Client()

        @step
        def send(state, context):
            client.send(state.text)
    """
    assert found(program) == ["singleton"]
    assert found(program, safe_clients=frozenset({"flow.Client"})) == []


def test_excluded_files_are_neither_searched_nor_told_but_still_followed() -> None:
    calling = """
        from durable_core import step
        import helper

        @step
        def call(state, context):
            helper.note(state.name)
            helper.kept.append(1)
    """
    helper = NO_STEP + "\n    kept = []\n"
    files = {"flow.py": calling, "helper.py": helper, "old/flow.py": PITFALL}
    assert len(found(files)) == 3
    for pattern in ("old/", "old/*.py", "/old"):
        assert len(found({}, exclude=FilePatterns(str(Path.cwd()), (pattern,)))) == 2
    # The write in `flow.py` is to an object of the file that is left out.
    exclude = FilePatterns(str(Path.cwd()), ("helper.py", "old"))
    assert [
        f.path for f in run([Path()], replace(everything(), exclude=exclude)).findings
    ] == ["flow.py"]


def test_an_excluded_file_is_left_out_even_when_it_is_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(Path(), {"flow.py": PITFALL})
    assert run_command(["--exclude", "flow.py", "flow.py"]) == 0
    assert "except 1 that are tests or excluded" in capsys.readouterr().out


def test_rules_are_ignored_by_file(capsys: pytest.CaptureFixture[str]) -> None:
    write(Path(), {"a/flow.py": PITFALL, "b/flow.py": PITFALL})
    configure('per-file-ignores = { "a/*" = ["DUR103"] }')
    run_command(["."])
    assert "a/flow.py" not in capsys.readouterr().out.replace("\\", "/")
    run_command([".", "--per-file-ignores", "b/:module-mutation,DUR4"])
    out = capsys.readouterr().out.replace("\\", "/")
    assert "a/flow.py" in out
    assert "b/flow.py" not in out


def test_a_comment_on_what_is_ignored_by_file_is_not_called_unused() -> None:
    commented = PITFALL.replace(
        "(state.name)", "(state.name)  # durable: ignore[DUR103] why"
    )
    files = FilePatterns(str(Path.cwd()), ("*.py",))
    ignores = ((files, frozenset({"DUR103"})),)
    assert found(commented, per_file_ignores=ignores) == []


@pytest.mark.parametrize(
    ("configured", "arguments", "code"),
    [
        ('fail-on = "error"', [], 0),
        ('fail-on = "error"', ["--fail-on", "warn"], 1),
        ('ignore = ["DUR103"]', [], 0),
        ('ignore = ["DUR103"]', ["--ignore", "DUR104"], 1),
        ('ignore = ["DUR103"]', ["--select", "DUR103"], 1),
        ('select = ["DUR4"]', [], 0),
        ('select = ["DUR4"]', ["--extend-select", "DUR103"], 1),
        ('select = ["DUR4"]\nextend-select = ["module-mutation"]', [], 1),
        ('exclude = ["flow.py"]', [], 0),
        ('exclude = ["flow.py"]', ["--exclude", "other.py"], 1),
    ],
)
def test_the_command_line_stands_in_for_the_same_key(
    configured: str, arguments: list[str], code: int
) -> None:
    write(Path(), {"flow.py": PITFALL})
    configure(configured)
    assert run_command([".", *arguments]) == code


def test_info_findings_fail_and_are_shown_when_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(Path(), {"flow.py": CACHED.replace("open(path) as file", "path as file")})
    configure("strict = true")
    assert run_command(["."]) == 0
    assert "info DUR201" in capsys.readouterr().out
    assert run_command([".", "--no-strict"]) == 0
    assert "DUR201" not in capsys.readouterr().out
    assert run_command([".", "--fail-on", "info"]) == 1
    assert "info DUR201" in capsys.readouterr().out


# Where it is found.


def test_the_nearest_file_that_configures_us_counts() -> None:
    write(Path(), {"app/src/flow.py": PITFALL, "app/src/pyproject.toml": "[project]\n"})
    configure('ignore = ["DUR103"]')
    assert run_command(["app/src"]) == 0
    configure("strict = false", "app/pyproject.toml")
    assert run_command(["app/src"]) == 1
    assert run_command(["app/src", "app/src/flow.py"]) == 1
    assert run_command([".", "app"]) == 0
    assert run_command(["app/src", "--config", "pyproject.toml"]) == 0


def test_another_broken_file_on_the_way_does_no_harm() -> None:
    write(Path(), {"flow.py": PITFALL, "pyproject.toml": "not toml ["})
    assert run_command(["."]) == 1


# What is said about a wrong one.


def test_everything_wrong_is_told_at_once_with_key_value_and_hint(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure(
        """
root = ["src"]
roots = ["nowhere"]
steps = ["shop/jobs.py"]
pure = "shop.rates"
shared_paths = ["/mnt"]
select = ["DUR103", "module-mutatoin", 3]
fail-on = "warning"
strict = "yes"
baseline = ""
per-file-ignores = { "a.py" = ["DUR9999"], "b.py" = 3 }
clients = { safe = ["acme.A"], unsafe = ["acme.A", "1x"], sfe = [] }
"""
    )
    err = told(capsys, ".")
    lines = err.splitlines()
    assert lines[0].endswith("pyproject.toml: 15 problems in [tool.durable-lint]")
    assert sorted(line.strip() for line in lines[1:]) == sorted(
        [
            'root = ["src"]: expected one of the known keys; did you mean `roots`?',
            'roots[0] = "nowhere": expected a folder',
            'steps[0] = "shop/jobs.py": expected a dotted name, in which * stands for anything',
            'pure = "shop.rates": expected a list; each part a dotted name, in which * stands for anything',
            'shared_paths = ["/mnt"]: expected one of the known keys; did you mean `shared-paths`?',
            'select[1] = "module-mutatoin": expected a code, a name, or the beginning of codes; did you mean `module-mutation`?',
            "select[2] = 3: expected a code, a name, or the beginning of codes",
            'fail-on = "warning": expected info, warn or error; did you mean `warn`?',
            'strict = "yes": expected true or false',
            'baseline = "": expected the path of a file',
            'per-file-ignores."a.py"[0] = "DUR9999": expected a code, a name, or the beginning of codes',
            'per-file-ignores."b.py" = 3: expected a list; each part a code, a name, or the beginning of codes',
            'clients.unsafe[1] = "1x": expected a dotted name',
            "clients.sfe = []: expected `safe` or `unsafe`; did you mean `safe`?",
            'clients.unsafe = "acme.A": expected a name that is not in `safe` as well',
        ]
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[tool.durable-lint\n", "not valid TOML: "),
        (b"[tool]\ndurable-lint = 3\n", "tool.durable-lint = 3: expected a table"),
        (b"x = '\xff' # durable-lint\n", "not valid TOML: "),
    ],
)
def test_a_file_that_is_no_table_is_told(
    content: bytes, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("pyproject.toml").write_bytes(content)
    assert message in told(capsys, ".")


def test_a_named_file_must_be_there_and_configure_us(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(Path(), {"other.toml": "[project]\n"})
    assert "there is no table [tool.durable-lint]" in told(
        capsys, ".", "--config", "other.toml"
    )
    assert "it cannot be read" in told(capsys, ".", "--config", "nowhere.toml")


@pytest.mark.parametrize("given", ["DUR103", "a.py:", ":DUR103", "a.py:DUR9999"])
def test_a_wrong_rule_by_file_is_a_usage_error(given: str) -> None:
    assert run_command([".", "--per-file-ignores", given]) == 2


# The value that the rest of the linter gets.


def test_its_fingerprint_holds_what_decides_the_findings_and_nothing_else() -> None:
    config = everything()
    changes: dict[str, object] = {
        "selected": frozenset({"DUR103"}),
        "roots": ("/x",),
        "steps": ("a.*",),
        "pure": ("a.*",),
        "shared_paths": ("/x",),
        "safe_clients": frozenset({"a.B"}),
        "unsafe_clients": frozenset({"a.B"}),
        "exclude": FilePatterns("/x", ("y",)),
        "per_file_ignores": ((FilePatterns("/x", ("y",)), frozenset({"DUR103"})),),
        "all_functions": True,
        "fixes": True,
    }
    prints = {replace(config, **{k: v}).fingerprint for k, v in changes.items()}  # type: ignore[arg-type]
    assert len(prints | {config.fingerprint}) == len(changes) + 1
    telling = replace(config, strict=False, fail_on="error", baseline="x", names={})
    assert telling.fingerprint == config.fingerprint
    fields = set(Config.__dataclass_fields__) - {
        "strict",
        "fail_on",
        "baseline",
        "file",
        "names",
    }
    assert fields == set(changes)


def test_it_can_be_sent_to_another_process_and_used_as_a_key() -> None:
    exclude = FilePatterns(str(Path.cwd()), ("old",))
    config = replace(everything(), exclude=exclude)
    assert exclude.match(Path("old/flow.py"))
    assert pickle.loads(pickle.dumps(config)) == config
    assert len({config, replace(config)}) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_is_excluded_by_where_it_stands(tmp_path: Path) -> None:
    write(Path(), {"real/flow.py": PITFALL})
    Path("old").mkdir()
    Path("old/flow.py").symlink_to(tmp_path / "real" / "flow.py")
    patterns = FilePatterns(str(tmp_path.resolve()), ("old",))
    assert patterns.match(Path("old/flow.py"))
    assert not patterns.match(Path("real/flow.py"))
