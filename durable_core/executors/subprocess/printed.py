"""What a child prints, on its way to the streams of its parent."""

from __future__ import annotations

import codecs
import sys

KEPT_OUTPUT = 8000  # characters of output that are searched for a crash
SHOWN_OUTPUT = 2000  # characters of output that an error message shows
CRASH = "Fatal Python error"  # what faulthandler begins with


class Printed:
    """The child's stdout and stderr, passed on to the streams of this process."""

    def __init__(self, stdout: int, stderr: int) -> None:
        self._last = ""
        self._stdout = stdout
        self._decoders = {
            descriptor: codecs.getincrementaldecoder("utf-8")("replace")
            for descriptor in (stdout, stderr)
        }

    def last_words(self) -> str:
        """Return the end of what was printed; after a crash, the begin of its report.

        The report of a crash is longer than a message, and its culprit comes first.
        """
        crash = self._last.rfind(CRASH)
        if crash >= 0:
            return self._last[crash : crash + SHOWN_OUTPUT]
        return self._last[-SHOWN_OUTPUT:]

    def pass_on(self, descriptor: int, data: bytes) -> None:
        """Write what was printed, once its characters are complete."""
        text = self._decoders[descriptor].decode(data, final=not data)
        if not text:
            return
        self._last = (self._last + text)[-KEPT_OUTPUT:]
        stream = sys.stdout if descriptor == self._stdout else sys.stderr
        try:
            stream.write(text)
        except UnicodeEncodeError as error:
            raw = text.encode(error.encoding, "backslashreplace")
            stream.write(raw.decode(error.encoding))
