"""Steps that print, log and warn."""

from __future__ import annotations

import logging
import os
import sys
import threading
import warnings

logger = logging.getLogger("tests.shipping")
logging.addLevelName(25, "NOTICE")


class PriceWarning(UserWarning):
    pass


class PickyWarning(UserWarning):
    def __init__(self, price, *, currency):
        super().__init__(f"{price} {currency} is a lot")


def print_everywhere(state):
    print("out-1")
    print("err-1", file=sys.stderr)
    sys.stdout.write("no newline at the end")
    sys.stderr.write("caf\xe9 \U0001f600")


def write_below_python(state):
    sys.stdout.flush()
    os.write(1, b"written to 1\n")
    os.write(2, b"written to 2\n")
    os.system("echo from a program")


def print_a_lot(state):
    for number in range(20_000):
        print(f"{number:05d}", "x" * 44)
    return {"printed": 20_000}


def print_surrogates(state):
    print("lone \udc80 surrogate", file=sys.stderr)


def print_and_fail(state):
    print("before the failure")
    raise ValueError("after the print")


def print_from_thread(state):
    thread = threading.Thread(target=print, args=("from a thread",))
    thread.start()
    thread.join()


def log_levels(state):
    logger.debug("quiet")
    logger.info("info %s and %d", "text", 3)
    logger.log(25, "noticed")
    logger.warning("careful", extra={"order": 17, "lines": ["a"], "lock": os})
    logging.getLogger("tests.shipping.child").error("from below")


def log_exception(state):
    try:
        state.zero / 0
    except ZeroDivisionError:
        logger.exception("while dividing")


def log_mapping(state):
    logger.warning("%(name)s costs %(price).2f", {"name": "tea", "price": 2.5})
    logger.warning("a module: %s", os)
    logger.warning(PriceWarning("an object"))
    logger.warning("100%")


def log_and_warn_in_thread(state):
    def work():
        logger.warning("from a thread")
        warnings.warn("from a thread too", PriceWarning, stacklevel=1)

    thread = threading.Thread(target=work, name="worker-7")
    thread.start()
    thread.join()


def warn_often(state):
    warnings.warn("too expensive", PriceWarning, stacklevel=1)
    warnings.warn(PickyWarning(9, currency="EUR"), stacklevel=1)


def warn_inside_a_block(state):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.warn("kept inside", PriceWarning, stacklevel=1)
    return {"caught": len(caught)}


def do_nothing(state):
    return None
