"""What reaches outside the process, and what the process keeps to itself."""

from __future__ import annotations

LOCKS = frozenset(
    {
        "threading.Lock",
        "threading.RLock",
        "threading.Semaphore",
        "threading.BoundedSemaphore",
        "threading.Barrier",
        "multiprocessing.Lock",
        "multiprocessing.RLock",
        "multiprocessing.Semaphore",
        "multiprocessing.BoundedSemaphore",
        "asyncio.Lock",
        "asyncio.Semaphore",
        "asyncio.BoundedSemaphore",
        "anyio.Lock",
        "anyio.Semaphore",
        "trio.Lock",
        "_thread.allocate_lock",
    }
)
SIGNALS = frozenset(
    {
        "threading.Event",
        "threading.Condition",
        "asyncio.Event",
        "asyncio.Condition",
        "anyio.Event",
        "multiprocessing.Event",
        "multiprocessing.Condition",
        "asyncio.Future",
        "concurrent.futures.Future",
    }
)
QUEUES = frozenset(
    {
        "queue.Queue",
        "queue.LifoQueue",
        "queue.PriorityQueue",
        "queue.SimpleQueue",
        "asyncio.Queue",
        "asyncio.PriorityQueue",
        "asyncio.LifoQueue",
        "multiprocessing.Queue",
        "multiprocessing.SimpleQueue",
        "multiprocessing.Pipe",
    }
)
LOCK_USES = frozenset({"acquire", "release", "wait", "locked"})
# Objects whose position is their state.
ITERATORS = frozenset(
    {
        "itertools.count",
        "itertools.cycle",
        "builtins.iter",
        "builtins.map",
        "itertools.repeat",
        "random.Random",
        "numpy.random.default_rng",
        "numpy.random.RandomState",
    }
)
LOCALS = frozenset(
    {
        "threading.local",
        "asgiref.local.Local",
        "werkzeug.local.Local",
        "gevent.local.local",
    }
)
CONTEXT_VARIABLES = frozenset({"contextvars.ContextVar"})
CURRENT = frozenset(
    {"threading.current_thread", "threading.main_thread", "asyncio.current_task"}
)

# Connections, clients and handles of which a copy in another process is another one.
CONNECTIONS = frozenset(
    {
        "sqlite3.connect",
        "psycopg.connect",
        "psycopg2.connect",
        "psycopg2.pool.SimpleConnectionPool",
        "psycopg2.pool.ThreadedConnectionPool",
        "psycopg_pool.ConnectionPool",
        "asyncpg.connect",
        "asyncpg.create_pool",
        "pymysql.connect",
        "MySQLdb.connect",
        "mysql.connector.connect",
        "pyodbc.connect",
        "oracledb.connect",
        "cx_Oracle.connect",
        "pika.BlockingConnection",
        "kafka.KafkaProducer",
        "kafka.KafkaConsumer",
        "confluent_kafka.Producer",
        "confluent_kafka.Consumer",
        "aiokafka.AIOKafkaProducer",
        "smtplib.SMTP",
        "smtplib.SMTP_SSL",
        "imaplib.IMAP4",
        "imaplib.IMAP4_SSL",
        "poplib.POP3",
        "ftplib.FTP",
        "ftplib.FTP_TLS",
        "telnetlib.Telnet",
        "paramiko.SSHClient",
        "paramiko.Transport",
        "socket.socket",
        "socket.create_connection",
        "socket.socketpair",
        "http.client.HTTPConnection",
        "http.client.HTTPSConnection",
        "ldap3.Connection",
        "stomp.Connection",
        "zmq.Context",
        "websocket.create_connection",
        "nats.connect",
        "grpc.insecure_channel",
        "grpc.secure_channel",
        "pymongo.MongoClient",
        "neo4j.GraphDatabase.driver",
        "cassandra.cluster.Cluster",
        "duckdb.connect",
        "aiosqlite.connect",
        "snowflake.connector.connect",
        "clickhouse_driver.Client",
        "subprocess.Popen",
        "multiprocessing.Pool",
        "multiprocessing.Process",
        "concurrent.futures.ThreadPoolExecutor",
        "concurrent.futures.ProcessPoolExecutor",
        "multiprocessing.pool.ThreadPool",
        "threading.Thread",
        "threading.Timer",
        "asyncio.new_event_loop",
        "asyncio.get_event_loop",
        "sched.scheduler",
        "mmap.mmap",
        "multiprocessing.shared_memory.SharedMemory",
        "multiprocessing.Manager",
        "selectors.DefaultSelector",
    }
)
# Pools of workers: nothing is lost when another process has its own.
WORKERS = frozenset(
    {
        "multiprocessing.Pool",
        "concurrent.futures.ThreadPoolExecutor",
        "concurrent.futures.ProcessPoolExecutor",
        "multiprocessing.pool.ThreadPool",
    }
)
# Resources that connect when they are first used.
LAZY = frozenset(
    {
        "pymongo.MongoClient",
        "http.client.HTTPConnection",
        "http.client.HTTPSConnection",
        "grpc.insecure_channel",
        "grpc.secure_channel",
        "paramiko.SSHClient",
        "zmq.Context",
        "neo4j.GraphDatabase.driver",
        "clickhouse_driver.Client",
        "io.StringIO",
        "io.BytesIO",
        "csv.writer",
        "csv.DictWriter",
        "socket.socket",
        "sched.scheduler",
        "contextlib.ExitStack",
    }
)
# Sessions that remember what was done with them (cookies, login, transactions).
SESSIONS = frozenset(
    {
        "requests.Session",
        "requests.session",
        "aiohttp.ClientSession",
        "httpx.Client",
        "httpx.AsyncClient",
        "sqlalchemy.orm.Session",
        "sqlalchemy.orm.scoped_session",
        "http.cookiejar.CookieJar",
        "urllib.request.build_opener",
    }
)
BUFFERS = frozenset(
    {
        "builtins.open",
        "io.open",
        "io.StringIO",
        "io.BytesIO",
        "csv.writer",
        "csv.DictWriter",
        "csv.reader",
        "csv.DictReader",
        "gzip.open",
        "zipfile.ZipFile",
        "tarfile.open",
        "tempfile.TemporaryFile",
        "tempfile.NamedTemporaryFile",
        "tempfile.SpooledTemporaryFile",
        "codecs.open",
        "codecs.getwriter",
        "contextlib.ExitStack",
    }
)
FORK_SAFE = frozenset(
    {
        "redis.Redis",
        "redis.StrictRedis",
        "redis.from_url",
        "redis.Redis.from_url",
        "redis.asyncio.Redis",
        "boto3.client",
        "boto3.resource",
        "boto3.Session",
        "boto3.session.Session",
        "elasticsearch.Elasticsearch",
        "sqlalchemy.create_engine",
        "sentry_sdk.init",
        "stripe.StripeClient",
        "openai.OpenAI",
        "anthropic.Anthropic",
    }
)
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
        "http.HTTPStatus",
        "random.Random",
        "uuid.UUID",
        "uuid.uuid5",
        "uuid.uuid3",
    }
)
PATH_READS = frozenset(
    {"read_text", "read_bytes", "open", "exists", "stat", "iterdir", "glob", "is_file"}
)

ENVIRONMENT_OBJECTS = (
    "os.environ",
    "sys.path",
    "sys.modules",
    "sys.meta_path",
    "sys.path_hooks",
    "sys.argv",
    "sys.stdout",
    "sys.stderr",
    "sys.stdin",
    "sys.excepthook",
    "warnings.filters",
    "os.environb",
    "mimetypes.types_map",
)
ENVIRONMENT_CALLS = frozenset(
    {
        "os.chdir",
        "os.fchdir",
        "os.chroot",
        "os.putenv",
        "os.unsetenv",
        "os.umask",
        "os.nice",
        "os.setuid",
        "os.setgid",
        "locale.setlocale",
        "random.seed",
        "random.setstate",
        "numpy.random.seed",
        "torch.manual_seed",
        "warnings.simplefilter",
        "warnings.filterwarnings",
        "warnings.resetwarnings",
        "signal.signal",
        "signal.alarm",
        "signal.setitimer",
        "socket.setdefaulttimeout",
        "decimal.setcontext",
        "sys.setrecursionlimit",
        "sys.settrace",
        "sys.setswitchinterval",
        "sys.set_int_max_str_digits",
        "time.tzset",
        "gettext.install",
        "gettext.textdomain",
        "gettext.bindtextdomain",
        "mimetypes.add_type",
        "resource.setrlimit",
        "faulthandler.enable",
        "gc.disable",
        "gc.freeze",
        "csv.register_dialect",
        "csv.field_size_limit",
        "codecs.register",
        "codecs.register_error",
        "site.addsitedir",
        "sys.setprofile",
        "threading.stack_size",
        "dotenv.load_dotenv",
        "django.utils.translation.activate",
        "importlib.invalidate_caches",
        "multiprocessing.set_start_method",
        "asyncio.set_event_loop_policy",
        "asyncio.set_event_loop",
        "sys.addaudithook",
        "xml.etree.ElementTree.register_namespace",
        "urllib.request.install_opener",
        "logging.disable",
        "json.encoder",
        "copyreg.pickle",
        "atexit.register",
    }
)
QUIET = frozenset(
    {
        "importlib.invalidate_caches",
        "json.encoder",
        "logging.disable",
        "atexit.register",
    }
)
ENVIRONMENT_MUTATORS = frozenset(
    {
        "append",
        "insert",
        "extend",
        "remove",
        "pop",
        "update",
        "setdefault",
        "clear",
        "popitem",
        "__setitem__",
        "__delitem__",
        "reverse",
        "sort",
        "reconfigure",
    }
)
# Objects that cannot be put into a state that travels.
UNSERIALIZABLE = (
    LOCKS
    | SIGNALS
    | QUEUES
    | CONNECTIONS
    | LOCALS
    | BUFFERS
    | frozenset(
        {
            "_io.TextIOWrapper",
            "weakref.ref",
            "inspect.currentframe",
            "asyncio.create_task",
            "asyncio.ensure_future",
        }
    )
) - frozenset({"csv.reader"})

# Functions that return an object which the whole process, or thread, shares.
SHARED_RESULTS = CURRENT | frozenset({"decimal.getcontext"})
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
WRITES_OUT = frozenset({"write", "database"})


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
