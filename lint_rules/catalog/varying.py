"""What differs each time it is asked, or from process to process."""

from __future__ import annotations

CLOCKS = frozenset(
    {
        "time.time",
        "time.time_ns",
        "time.monotonic",
        "time.monotonic_ns",
        "time.perf_counter",
        "time.localtime",
        "time.gmtime",
        "time.strftime",
        "time.ctime",
        "datetime.datetime.now",
        "datetime.datetime.utcnow",
        "datetime.datetime.today",
        "datetime.date.today",
        "django.utils.timezone.now",
        "pendulum.now",
        "arrow.now",
        "arrow.utcnow",
    }
)
RANDOM = frozenset(
    {
        "uuid.uuid1",
        "uuid.uuid4",
        "os.urandom",
        "secrets.token_hex",
        "secrets.token_bytes",
        "secrets.token_urlsafe",
        "secrets.choice",
        "secrets.randbelow",
        "secrets.randbits",
        "numpy.random.rand",
        "numpy.random.randint",
        "numpy.random.choice",
        "numpy.random.random",
        "ulid.new",
        "shortuuid.uuid",
    }
    | {
        f"random.{name}"
        for name in [
            "random",
            "randint",
            "randrange",
            "choice",
            "choices",
            "sample",
            "shuffle",
            "uniform",
            "gauss",
            "getrandbits",
            "betavariate",
            "expovariate",
            "normalvariate",
            "triangular",
            "randbytes",
        ]
    }
)
# What tells one process, host or thread from another.
IDENTITY = frozenset(
    {
        "os.getpid",
        "os.getppid",
        "socket.gethostname",
        "platform.node",
        "threading.get_ident",
        "threading.get_native_id",
    }
)
