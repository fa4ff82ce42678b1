"""Executor contract: what a step prints, logs and warns reaches the caller, once."""

from __future__ import annotations

import io
import logging
import sys
import traceback
import warnings
from pathlib import Path

import pytest
import steps_shipping as steps

from durable_core import Engine, Workflow


def run(engine, *steps_, **state):
    return engine.run(Workflow("shipping", steps_), state)


def records(caplog, name="tests.shipping"):
    return [record for record in caplog.records if record.name.startswith(name)]


def test_prints_reach_the_streams_of_the_caller_once(engine, capsys):
    run(engine, steps.print_everywhere).raise_for_status()
    out, err = capsys.readouterr()
    assert out == "out-1\nno newline at the end"
    assert err == "err-1\ncaf\xe9 \U0001f600"


def test_prints_reach_a_stream_that_the_caller_put_in_place(engine, monkeypatch):
    monkeypatch.setattr(sys, "stdout", own := io.StringIO())
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    run(engine, steps.print_everywhere).raise_for_status()
    assert own.getvalue() == "out-1\nno newline at the end"


def test_what_is_written_below_python_reaches_the_caller(engine, capfd):
    run(engine, steps.print_everywhere, steps.write_below_python).raise_for_status()
    out, err = capfd.readouterr()
    assert "written to 1\n" in out
    assert "from a program\n" in out
    assert "written to 2\n" in err


def test_a_megabyte_of_output_arrives_in_order(engine, capsys):
    done = run(engine, steps.print_a_lot)
    done.raise_for_status()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 20_000
    assert [line[:5] for line in lines] == [f"{n:05d}" for n in range(20_000)]


def test_what_was_printed_before_a_failure_arrives(quick, capsys):
    assert run(quick, steps.print_and_fail).status == "failed"
    assert capsys.readouterr().out == "before the failure\n"


def test_prints_of_a_thread_of_the_step_arrive(quick, capsys):
    run(quick, steps.print_from_thread).raise_for_status()
    assert capsys.readouterr().out == "from a thread\n"


def test_output_in_a_poorer_encoding_is_escaped_not_lost(apart, monkeypatch):
    poor = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stderr", poor)
    run(apart, steps.print_everywhere).raise_for_status()
    poor.flush()
    assert poor.buffer.getvalue() == b"err-1\ncaf\\xe9 \\U0001f600"


def test_text_that_is_no_unicode_is_escaped_in_a_child(apart, capsys):
    run(apart, steps.print_surrogates).raise_for_status()
    assert capsys.readouterr().err == "lone \\udc80 surrogate\n"


def test_log_records_reach_the_handlers_of_the_caller_once(engine, caplog):
    caplog.set_level(logging.INFO)
    run(engine, steps.log_levels).raise_for_status()
    assert [(r.name, r.levelname, r.getMessage()) for r in records(caplog)] == [
        ("tests.shipping", "INFO", "info text and 3"),
        ("tests.shipping", "NOTICE", "noticed"),
        ("tests.shipping", "WARNING", "careful"),
        ("tests.shipping.child", "ERROR", "from below"),
    ]


def test_levels_of_the_caller_decide_what_is_logged(quick, caplog):
    caplog.set_level(logging.DEBUG, "tests.shipping")
    run(quick, steps.log_levels).raise_for_status()
    assert records(caplog)[0].getMessage() == "quiet"
    caplog.clear()
    caplog.set_level(logging.ERROR, "tests.shipping")
    run(quick, steps.log_levels).raise_for_status()
    assert [r.levelname for r in records(caplog)] == ["ERROR"]


def test_what_extra_adds_to_a_record_arrives(quick, caplog):
    run(quick, steps.log_levels).raise_for_status()
    careful = next(r for r in records(caplog) if r.msg == "careful")
    assert (careful.order, careful.lines) == (17, ["a"])
    assert "module 'os'" in repr(careful.lock)
    assert careful.funcName == "log_levels"
    assert careful.pathname == steps.__file__


def test_an_exception_in_a_record_arrives_with_its_traceback(engine, caplog):
    run(engine, steps.log_exception, zero=1).raise_for_status()
    [record] = records(caplog)
    kind, error, tb = record.exc_info
    assert kind is ZeroDivisionError
    text = "".join(traceback.format_exception(kind, error, tb))
    assert "state.zero / 0" in text
    assert Path(steps.__file__).name in text
    assert "ZeroDivisionError" in logging.Formatter().format(record)


def test_arguments_of_a_record_arrive_or_are_formatted(quick, caplog):
    run(quick, steps.log_mapping).raise_for_status()
    messages = [record.getMessage() for record in records(caplog)]
    assert messages[0] == "tea costs 2.50"
    assert messages[1].startswith("a module: <module 'os'")
    assert messages[2:] == ["an object", "100%"]


def test_warnings_reach_the_filters_of_the_caller_once(engine):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        run(engine, steps.warn_often).raise_for_status()
    assert [(w.category, str(w.message)) for w in caught] == [
        (steps.PriceWarning, "too expensive"),
        (steps.PickyWarning, "9 EUR is a lot"),
    ]
    assert {w.filename for w in caught} == {steps.__file__}
    assert (
        "too expensive"
        in Path(steps.__file__).read_text().splitlines()[caught[0].lineno - 1]
    )


def test_logs_and_warnings_of_a_thread_of_the_step_arrive(quick, caplog):
    with pytest.warns(steps.PriceWarning, match="from a thread too"):
        run(quick, steps.log_and_warn_in_thread).raise_for_status()
    [record] = records(caplog)
    assert record.threadName == "worker-7"


def test_warnings_that_a_step_keeps_to_itself_stay_there(quick):
    done = run(quick, steps.warn_inside_a_block)
    done.raise_for_status()
    assert done.state.caught == 1


@pytest.mark.parametrize("name", ["sync", "thread", "snapshot", "celery"])
def test_an_error_filter_of_the_caller_fails_the_step(name, executors):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        failed = run(Engine(executors(name)), steps.warn_often)
    assert isinstance(failed.error.__cause__, steps.PriceWarning)


def test_a_handler_that_raises_is_not_taken_for_a_message_of_the_child(apart):
    class Broken(logging.Handler):
        def emit(self, record):
            raise ValueError("from the handler")

    steps.logger.addHandler(handler := Broken())
    try:
        with pytest.raises(ValueError, match="from the handler"):
            run(apart, steps.log_levels)
    finally:
        steps.logger.removeHandler(handler)
    run(apart, steps.do_nothing).raise_for_status()
