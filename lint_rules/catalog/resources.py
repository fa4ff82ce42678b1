"""Connections, sessions, pools and handles that a process holds."""

from __future__ import annotations

from lint_rules.catalog.coordination import LOCALS, LOCKS, QUEUES, SIGNALS

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
