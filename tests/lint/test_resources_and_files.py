"""Caches, connections, locks, files, settings: reported and silent forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from linting import judged

if TYPE_CHECKING:
    from pathlib import Path

CASES = {
    "a cached reader of files": """
        import functools
        @functools.lru_cache(maxsize=8)  #! in-process-cache
        def read(path):
            return open(path).read()
        @step
        def f(state, context):
            return {"x": read(state.path)}
    """,
    "a cached reader in call form": """
        import functools
        def _read(path):
            return open(path).read()
        read = functools.lru_cache(_read)  #! in-process-cache
        @step
        def f(state, context):
            return {"x": read(state.path)}
    """,
    "a cached reader in call form with options": """
        import functools
        def _read(path):
            return open(path).read()
        read = functools.lru_cache(maxsize=None)(_read)  #! in-process-cache
        @step
        def f(state, context):
            return {"x": read(state.path)}
    """,
    "a cached reader under another name": """
        from functools import cache as remember
        @remember  #! in-process-cache
        def read(path):
            return open(path).read()
        @step
        def f(state, context):
            return {"x": read(state.path)}
    """,
    "a cached method that calls a service": """
        import functools
        import requests
        class Rates:
            @functools.lru_cache  #! in-process-cache
            def of(self, currency):
                return requests.get("https://x.example/" + currency).json()
        @step
        def f(state, context):
            return {"x": Rates().of("EUR")}
    """,
    "a cached clock": """
        import functools, time
        @functools.cache  #! in-process-cache
        def started():
            return time.time()
        @step
        def f(state, context):
            return {"x": started()}
    """,
    "a cached function of a module dict that steps change": """
        import functools
        rates = {}
        @functools.cache  #! in-process-cache
        def rate(c):
            return rates.get(c)
        @step
        def f(state, context):
            rates.update(state.rates)  #! module-mutation
        @step
        def g(state, context):
            return {"x": rate("EUR")}
    """,
    "a ttl cache object is filled by hand": """
        import cachetools
        kept = cachetools.TTLCache(9, 60)
        @step
        def f(state, context):
            kept[state.x] = 1  #! in-process-cache
    """,
    "a cached property of a module-level object": """
        import functools
        class Config:
            @functools.cached_property
            def rows(self):  #! in-process-cache
                return open("/mnt/x").read()
        config = Config()
        @step
        def f(state, context):
            return {"x": config.rows}
    """,
    "a cached pure function": """
        import functools
        @functools.cache
        def fib(n):
            return n if n < 2 else fib(n - 1) + fib(n - 2)
        @step
        def f(state, context):
            return {"x": fib(state.n)}
    """,
    "a cached reader of a file next to the code": """
        import functools, json
        from pathlib import Path
        @functools.cache
        def table():
            return json.loads((Path(__file__).parent / "table.json").read_text())
        @step
        def f(state, context):
            return {"x": table()["a"]}
    """,
    "cached settings from the environment": """
        import functools, os
        @functools.cache
        def settings():
            return {"url": os.environ["URL"], "n": os.getenv("N", "3")}
        @step
        def f(state, context):
            return {"x": settings()["url"]}
    """,
    "a cached function within the step": """
        import functools
        @step
        def f(state, context):
            @functools.cache
            def read(path):
                return open(path).read()
            return {"x": read(state.a) + read(state.a)}
    """,
    "a module dict as memo of a pure function": """
        kept = {}
        def square(n):
            if n not in kept:
                kept[n] = n * n
            return kept[n]
        @step
        def f(state, context):
            return {"x": square(state.n)}
    """,
    "a module dict as memo of a service": """
        import requests
        kept = {}
        def rate(c):
            if c not in kept:
                kept[c] = requests.get("https://x.example/" + c).text  #! module-mutation
            return kept[c]
        @step
        def f(state, context):
            return {"x": rate(state.c)}
    """,
    "a dedupe set is no memo": """
        sent = set()
        @step
        def f(state, context):
            if state.mail in sent:
                return {"sent": False}
            sent.add(state.mail)  #! module-mutation
            return {"sent": True}
    """,
    "a connection made at import": """
        import psycopg
        db = psycopg.connect("dbname=x")  #! module-resource
        @step
        def f(state, context):
            db.execute("select 1")
    """,
    "a cursor of a connection made at import": """
        import sqlite3
        db = sqlite3.connect(":memory:")
        cursor = db.cursor()  #! module-resource
        @step
        def f(state, context):
            cursor.execute("select 1")
    """,
    "a connection made when first needed": """
        import psycopg
        _db = None
        def db():
            global _db
            if _db is None:
                _db = psycopg.connect("dbname=x")  #! module-resource
            return _db
        @step
        def f(state, context):
            db().execute("select 1")
    """,
    "a connection on a class": """
        import psycopg
        class Db:
            conn = None
            @classmethod
            def get(cls):
                if cls.conn is None:
                    cls.conn = psycopg.connect("x")  #! class-state
                return cls.conn
        @step
        def f(state, context):
            Db.get().execute("select 1")
    """,
    "an open file in the module": """
        log = open("/mnt/log", "a")  #! module-resource
        @step
        def f(state, context):
            log.write("x")
    """,
    "a session that is logged in": """
        import requests
        session = requests.Session()  #! module-resource
        @step
        def f(state, context):
            session.headers["token"] = state.token
        @step
        def g(state, context):
            return {"x": session.get("https://x.example").text}
    """,
    "a session that is only used": """
        import requests
        session = requests.Session()
        @step
        def g(state, context):
            return {"x": session.get("https://x.example").text}
    """,
    "clients that notice a fork": """
        import boto3, redis
        s3 = boto3.client("s3")
        cache = redis.Redis()
        @step
        def f(state, context):
            s3.put_object(Bucket="b", Key="k", Body=b"")
            cache.set("a", 1)
    """,
    "a connection made in the step": """
        import psycopg
        def connect():
            return psycopg.connect("x")
        @step
        def f(state, context):
            with connect() as db:
                db.execute("select 1")
    """,
    "a lock around a write": """
        import threading, os
        lock = threading.Lock()
        @step
        def f(state, context):
            with lock:  #! in-process-lock
                with open(os.environ["X"], "a") as file:
                    file.write("x")
    """,
    "a lock around a helper that calls a service": """
        import threading, requests
        lock = threading.Lock()
        def pay(x):
            requests.post("https://x.example", json=x)
        @step
        def f(state, context):
            with lock:  #! in-process-lock
                pay(state.x)
    """,
    "a lock around lazy making": """
        import threading
        lock = threading.Lock()
        table = None
        def get():
            global table
            with lock:
                if table is None:
                    table = {"a": 1}
            return table
        @step
        def f(state, context):
            return {"x": get()["a"]}
    """,
    "a lock of the step": """
        import threading, requests
        @step
        def f(state, context):
            lock = threading.Lock()
            with lock:
                requests.post("https://x.example")
    """,
    "a condition is notified": """
        import threading
        ready = threading.Condition()
        @step
        def f(state, context):
            with ready:
                ready.notify_all()  #! in-process-lock
    """,
    "a queue between steps": """
        import queue
        jobs = queue.Queue()
        @step
        def f(state, context):
            jobs.put(state.x)  #! in-process-queue
    """,
    "a relative file is written": """
        @step
        def f(state, context):
            with open("out.csv", "w") as file:  #! local-file
                file.write("x")
    """,
    "a file in /tmp is written by pathlib": """
        from pathlib import Path
        @step
        def f(state, context):
            (Path("/tmp") / f"{state.id}.txt").write_text("x")  #! local-file
    """,
    "a file next to the code is written": """
        import os
        HERE = os.path.dirname(os.path.abspath(__file__))
        @step
        def f(state, context):
            with open(os.path.join(HERE, "out.txt"), mode="a") as file:  #! local-file
                file.write("x")
    """,
    "a file below gettempdir is written": """
        import os, tempfile
        @step
        def f(state, context):
            path = os.path.join(tempfile.gettempdir(), "x.json")
            with open(path, "w") as file:  #! local-file
                file.write("x")
            return {"ok": True}
    """,
    "a file is copied to a local path": """
        import shutil
        @step
        def f(state, context):
            shutil.copy(state.source, "/var/tmp/copy")  #! local-file
    """,
    "a data frame is written": """
        import pandas as pd
        @step
        def f(state, context):
            pd.DataFrame(state.rows).to_csv("rows.csv")  #! local-file
    """,
    "a pickle is written": """
        import pickle
        @step
        def f(state, context):
            with open("model.pkl", "wb") as file:  #! local-file
                pickle.dump(state.model, file)
    """,
    "a path from the home directory": """
        from pathlib import Path
        @step
        def f(state, context):
            (Path.home() / "x.txt").write_text("x")  #! local-file
    """,
    "a path from the working directory": """
        import os
        @step
        def f(state, context):
            with open(os.path.join(os.getcwd(), "x.txt"), "w") as file:  #! local-file
                file.write("x")
    """,
    "a file in a shared folder": """
        import os
        from pathlib import Path
        SHARED = Path(os.environ["SHARED"])
        @step
        def f(state, context):
            (SHARED / "x.txt").write_text("x")
            with open(os.path.join(os.environ.get("OUT"), "y"), "w") as file:
                file.write("y")
            Path(state.folder, "z").write_text("z")
    """,
    "a temporary file that the step uses up": """
        import os, tempfile
        @step
        def f(state, context):
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "x")
                with open(path, "w") as file:
                    file.write("x")
                size = os.path.getsize(path)
            with tempfile.NamedTemporaryFile("w") as file:
                file.write("x")
            fd, name = tempfile.mkstemp()
            os.close(fd)
            os.unlink(name)
            return {"size": size}
    """,
    "a local file that the step removes": """
        import os
        @step
        def f(state, context):
            with open("/tmp/x", "w") as file:
                file.write("x")
            size = os.path.getsize("/tmp/x")
            os.remove("/tmp/x")
            return {"size": size}
    """,
    "a path that only appears in a message": """
        @step
        def f(state, context):
            return {"hint": "/tmp/x is gone", "path": "/tmp/%s" % state.id}
    """,
    "a storage opens what it likes": """
        from django.core.files.storage import default_storage
        import fsspec
        @step
        def f(state, context):
            with default_storage.open("out.txt", "w") as file:
                file.write("x")
            with fsspec.open("s3://bucket/x", "w") as file:
                file.write("x")
    """,
    "a file is read": """
        from pathlib import Path
        @step
        def f(state, context):
            return {"x": open("in.txt").read() + Path("/tmp/y").read_text()}
    """,
    "a temporary path is returned": """
        import tempfile
        @step
        def f(state, context):
            folder = tempfile.mkdtemp()  #! temp-path-escapes
            return {"folder": folder}
    """,
    "a temporary path is put into the state": """
        import tempfile
        @step
        def f(state, context):
            fd, path = tempfile.mkstemp()  #! temp-path-escapes
            state.path = path
    """,
    "a temporary path from a helper is returned": """
        import os, tempfile
        def make():
            return os.path.join(tempfile.mkdtemp(), "x")  #! temp-path-escapes
        @step
        def f(state, context):
            return {"path": make()}
    """,
    "a local sqlite file": """
        import sqlite3
        @step
        def f(state, context):
            db = sqlite3.connect("/data/x.db")  #! local-database
            db.execute("insert into t values (1)")
    """,
    "a shelf": """
        import shelve
        @step
        def f(state, context):
            with shelve.open("shelf") as shelf:  #! local-database
                shelf["x"] = 1
    """,
    "a database in memory for one step": """
        import sqlite3
        @step
        def f(state, context):
            db = sqlite3.connect(":memory:")
            return {"x": db.execute("select 1").fetchone()[0]}
    """,
    "an environment variable is set": """
        import os
        @step
        def f(state, context):
            os.environ["A"] = "1"  #! process-environment
            os.environ.update(B="2")  #! process-environment
            os.putenv("C", "3")  #! process-environment
            del os.environ["A"]  #! process-environment
    """,
    "settings of the process are changed": """
        import decimal, locale, os, random, signal, socket, sys, warnings
        @step
        def f(state, context):
            locale.setlocale(locale.LC_ALL, "de_DE")  #! process-environment
            os.umask(0o22)  #! process-environment
            random.seed(1)  #! process-environment
            sys.path.insert(0, "x")  #! process-environment
            socket.setdefaulttimeout(3)  #! process-environment
            warnings.simplefilter("ignore")  #! process-environment
            decimal.getcontext().prec = 9  #! process-environment
            sys.stdout = None  #! process-environment
    """,
    "settings are only read": """
        import decimal, locale, os, sys
        @step
        def f(state, context):
            return {"x": os.environ.get("A"), "y": os.getcwd(), "z": sys.path[0],
                    "l": locale.setlocale(locale.LC_ALL), "p": decimal.getcontext().prec}
    """,
    "a setting is put back": """
        import contextlib, os
        @contextlib.contextmanager
        def region(name):
            before = os.environ.get("REGION")
            os.environ["REGION"] = name
            try:
                yield
            finally:
                os.environ["REGION"] = before
        @step
        def f(state, context):
            with region("eu"):
                return {"x": os.environ["REGION"]}
    """,
    "a child process gets its own environment": """
        import os, subprocess
        @step
        def f(state, context):
            env = dict(os.environ)
            env["A"] = "1"
            other = os.environ.copy()
            other["B"] = "2"
            subprocess.run(["true"], env={**os.environ, "C": "3"})
    """,
}


@pytest.mark.parametrize("program", CASES.values(), ids=CASES)
def test_resources_and_files(program: str, tmp_path: Path) -> None:
    found, wanted = judged(tmp_path, program)
    assert found == wanted
