"""Settings of a whole process, and the calls that change them."""

from __future__ import annotations

from lint_rules.catalog.coordination import CURRENT

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
# Functions that return an object which the whole process, or thread, shares.
SHARED_RESULTS = CURRENT | frozenset({"decimal.getcontext"})
