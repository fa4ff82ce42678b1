"""What reaches outside the process."""

from __future__ import annotations

from lint_rules.catalog.resources import FORK_SAFE, SESSIONS
from lint_rules.catalog.varying import CLOCKS, RANDOM

IO_MODULES = frozenset(
    {
        "requests",
        "httpx",
        "aiohttp",
        "urllib",
        "urllib3",
        "http",
        "socket",
        "ssl",
        "subprocess",
        "sqlite3",
        "psycopg",
        "psycopg2",
        "asyncpg",
        "pymysql",
        "MySQLdb",
        "pymongo",
        "motor",
        "redis",
        "boto3",
        "botocore",
        "smtplib",
        "ftplib",
        "paramiko",
        "elasticsearch",
        "grpc",
        "kafka",
        "pika",
        "shelve",
        "dbm",
        "tempfile",
        "shutil",
        "sqlalchemy",
        "aiosqlite",
        "duckdb",
        "openai",
        "anthropic",
        "stripe",
        "google",
        "azure",
        "uuid",
        "secrets",
        "random",
        "aiofiles",
        "imaplib",
        "poplib",
        "fsspec",
        "smart_open",
        "s3fs",
        "ldap3",
        "hvac",
    }
)
# Modules whose objects do something beyond the function that calls their methods.
TALKING = (IO_MODULES - {"uuid", "secrets", "random"}) | {
    "asyncio",
    "concurrent",
    "multiprocessing",
    "threading",
}
_VERBS = ("get", "post", "put", "patch", "delete", "head", "request")
# Calls that act at once, and do not only make something that will.
ACTS = (
    frozenset(f"{lib}.{verb}" for lib in ("requests", "httpx") for verb in _VERBS)
    | frozenset(
        f"subprocess.{name}"
        for name in ("run", "call", "check_call", "check_output", "Popen")
    )
    | {
        "os.system",
        "urllib.request.urlopen",
        "urllib.request.urlretrieve",
        "socket.create_connection",
        "threading.Thread.start",
        "threading.Timer.start",
        "multiprocessing.Process.start",
    }
)
IO_CALLS = frozenset(
    {
        "builtins.input",
        "os.listdir",
        "os.scandir",
        "os.walk",
        "os.stat",
        "os.path.exists",
        "os.path.getmtime",
        "os.path.getsize",
        "os.path.isfile",
        "os.urandom",
        "os.popen",
        "os.system",
        "glob.glob",
        "time.time",
        "time.monotonic",
        "time.time_ns",
        "time.perf_counter",
        "datetime.datetime.now",
        "datetime.datetime.utcnow",
        "datetime.datetime.today",
        "datetime.date.today",
        "django.utils.timezone.now",
        "linecache.getline",
    }
)
PURE_IO = frozenset(
    {
        "urllib.parse",
        "sqlalchemy.inspect",
        "sqlalchemy.inspection",
        "sqlalchemy.select",
        "sqlalchemy.text",
        "sqlalchemy.func",
        "http.HTTPStatus",
        "random.Random",
        "uuid.UUID",
        "uuid.uuid5",
        "uuid.uuid3",
    }
)


def does_io(dotted: str) -> bool:
    """Tell whether calling this name reaches outside the process, or the clock."""
    if dotted in IO_CALLS or dotted in CLOCKS or dotted in RANDOM:
        return True
    if dotted in FORK_SAFE or dotted in SESSIONS:
        return False  # making such a client reaches nothing yet
    if any(dotted == p or dotted.startswith(p + ".") for p in PURE_IO):
        return False
    return dotted.split(".", maxsplit=1)[0] in IO_MODULES


def acts(dotted: str) -> bool:
    """Tell whether calling this name may change something outside the process."""
    if dotted in IO_CALLS or dotted in CLOCKS or dotted in RANDOM:
        return False
    if dotted in FORK_SAFE:
        return False  # making such a client reaches nothing yet
    if any(dotted == p or dotted.startswith(p + ".") for p in PURE_IO):
        return False
    return dotted.split(".", maxsplit=1)[0] in IO_MODULES - {
        "random",
        "uuid",
        "secrets",
        "tempfile",
    }
