"""DUR501 and DUR405: what a step sets or makes is taken back at the end of a block."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixing import fixed, stripped

FIXED = {
    "a working directory": (
        """
        import os
        from durable_core import step
        @step
        def deploy(state, context):
            folder = state.folder
            os.chdir(folder)  # where it is

            # all of them
            for name in os.listdir("."):
                text = f'''
            {name}
        '''
                call(
                    text,
                )
            return {"folder": folder}
        """,
        """
        import os
        from durable_core import step
        @step
        def deploy(state, context):
            folder = state.folder
            before = os.getcwd()
            os.chdir(folder)  # where it is
            try:

                # all of them
                for name in os.listdir("."):
                    text = f'''
            {name}
        '''
                    call(
                        text,
                    )
                return {"folder": folder}
            finally:
                os.chdir(before)
        """,
    ),
    "a working directory in a branch": (
        """
        import os
        from durable_core import step
        @step
        def deploy(state, context):
            before = 1
            if state.folder:
                os.chdir(state.folder)
                call(before)
            return {}
        """,
        """
        import os
        from durable_core import step
        @step
        def deploy(state, context):
            before = 1
            if state.folder:
                folder_before = os.getcwd()
                os.chdir(state.folder)
                try:
                    call(before)
                finally:
                    os.chdir(folder_before)
            return {}
        """,
    ),
    "a temporary folder": (
        """
        import os
        import tempfile
        from durable_core import step
        @step
        def count(state, context):
            folder = tempfile.mkdtemp(prefix="x")  # for the archive
            unpack(state.archive, folder)
            return {"files": len(os.listdir(folder))}
        """,
        """
        import os
        import tempfile
        from durable_core import step
        @step
        def count(state, context):
            with tempfile.TemporaryDirectory(prefix="x") as folder:  # for the archive
                unpack(state.archive, folder)
                return {"files": len(os.listdir(folder))}
        """,
    ),
}


@pytest.mark.parametrize(("before", "after"), FIXED.values(), ids=FIXED)
def test_it_is_taken_back(before: str, after: str, tmp_path: Path) -> None:
    assert fixed(tmp_path, before) == stripped(after)


LEFT = {
    "nothing follows": """
        import os
        from durable_core import step
        @step
        def deploy(state, context):
            os.chdir(state.folder)
        """,
    "it changes twice": """
        import os
        from durable_core import step
        @step
        def deploy(state, context):
            os.chdir(state.folder)
            call()
            os.chdir("/")
            call()
        """,
    "another setting": """
        import os
        from durable_core import step
        @step
        def deploy(state, context):
            os.environ["REGION"] = state.region
            call()
        """,
    "the folder is removed on one way": """
        import shutil
        import tempfile
        from durable_core import step
        @step
        def count(state, context):
            folder = tempfile.mkdtemp()
            call(len(folder))
            shutil.rmtree(folder)
        """,
    "a file that must stay when it is closed": """
        import tempfile
        from durable_core import step
        @step
        def count(state, context):
            file = tempfile.NamedTemporaryFile(delete=False)
            file.write(b"x")
        """,
}


@pytest.mark.parametrize("program", LEFT.values(), ids=LEFT)
def test_it_is_left_as_it_is_when(program: str, tmp_path: Path) -> None:
    assert fixed(tmp_path, program) == stripped(program)
