"""Calls that write to a path, and which argument the path is."""

from __future__ import annotations

# dotted name -> (index of the path, its keyword)
WRITERS: dict[str, tuple[int, str]] = {
    "shutil.copy": (1, "dst"),
    "shutil.copy2": (1, "dst"),
    "shutil.copyfile": (1, "dst"),
    "shutil.copytree": (1, "dst"),
    "shutil.move": (1, "dst"),
    "shutil.make_archive": (0, "base_name"),
    "shutil.unpack_archive": (1, "extract_dir"),
    "os.rename": (1, "dst"),
    "os.replace": (1, "dst"),
    "filelock.FileLock": (0, "lock_file"),
    "filelock.SoftFileLock": (0, "lock_file"),
    "os.mkfifo": (0, "path"),
    "os.symlink": (1, "dst"),
    "os.link": (1, "dst"),
    "os.truncate": (0, "path"),
    "numpy.save": (0, "file"),
    "numpy.savez": (0, "file"),
    "numpy.savez_compressed": (0, "file"),
    "numpy.savetxt": (0, "fname"),
    "joblib.dump": (1, "filename"),
    "torch.save": (1, "f"),
    "urllib.request.urlretrieve": (1, "filename"),
    "logging.FileHandler": (0, "filename"),
    "logging.handlers.RotatingFileHandler": (0, "filename"),
    "logging.handlers.TimedRotatingFileHandler": (0, "filename"),
    "logging.handlers.WatchedFileHandler": (0, "filename"),
}
# dotted name -> (path, its keyword, mode, its keyword, default mode)
OPENERS: dict[str, tuple[int, str, int, str, str]] = {
    "builtins.open": (0, "file", 1, "mode", "r"),
    "io.open": (0, "file", 1, "mode", "r"),
    "codecs.open": (0, "filename", 1, "mode", "r"),
    "gzip.open": (0, "filename", 1, "mode", "rb"),
    "gzip.GzipFile": (0, "filename", 1, "mode", "rb"),
    "bz2.open": (0, "filename", 1, "mode", "rb"),
    "lzma.open": (0, "filename", 1, "mode", "rb"),
    "zipfile.ZipFile": (0, "file", 1, "mode", "r"),
    "tarfile.open": (0, "name", 1, "mode", "r"),
    "aiofiles.open": (0, "file", 1, "mode", "r"),
    "anyio.open_file": (0, "file", 1, "mode", "r"),
    "os.open": (0, "path", 1, "flags", "r"),
}
# Methods that write to their first argument, whatever they belong to.
METHOD_WRITERS = frozenset(
    {
        "to_csv",
        "to_excel",
        "to_parquet",
        "to_json",
        "to_pickle",
        "to_feather",
        "to_hdf",
        "savefig",
        "write_csv",
        "write_parquet",
    }
)
PATH_WRITERS = frozenset(
    {"write_text", "write_bytes", "touch", "symlink_to", "hardlink_to"}
)
# Functions after which nothing is left at the path they are given first.
REMOVERS = frozenset(
    {
        "os.remove",
        "os.unlink",
        "os.rmdir",
        "os.removedirs",
        "os.rename",
        "os.replace",
        "shutil.rmtree",
        "shutil.move",
        "aiofiles.os.remove",
        "aiofiles.os.unlink",
    }
)
PATH_REMOVERS = frozenset({"unlink", "rmdir", "rename", "replace", "rmtree"})
PATH_SAME = frozenset(
    {
        "resolve",
        "absolute",
        "parent",
        "with_name",
        "with_suffix",
        "with_stem",
        "expanduser",
        "as_posix",
        "joinpath",
        "__truediv__",
        "parents",
        "rstrip",
        "lower",
        "upper",
        "strip",
        "replace",
        "rename",
        "format",
        "removesuffix",
        "encode",
        "decode",
    }
)
PATH_MAKERS = frozenset(
    {
        "pathlib.Path",
        "pathlib.PurePath",
        "pathlib.PosixPath",
        "anyio.Path",
        "os.path.join",
        "posixpath.join",
        "os.path.abspath",
        "os.path.realpath",
        "os.path.normpath",
        "os.path.dirname",
        "os.path.expanduser",
        "os.path.expandvars",
        "os.fspath",
        "builtins.str",
        "os.path.basename",
    }
)
TEMPORARY = frozenset(
    {
        "tempfile.mkdtemp",
        "tempfile.mkstemp",
        "tempfile.mktemp",
        "tempfile.NamedTemporaryFile",
        "tempfile.TemporaryDirectory",
        "tempfile.gettempdir",
        "tempfile.TemporaryFile",
        "tempfile.SpooledTemporaryFile",
    }
)
DATABASES: dict[str, tuple[int, str]] = {
    "sqlite3.connect": (0, "database"),
    "sqlite3.dbapi2.connect": (0, "database"),
    "aiosqlite.connect": (0, "database"),
    "apsw.Connection": (0, "filename"),
    "shelve.open": (0, "filename"),
    "dbm.open": (0, "file"),
    "dbm.dumb.open": (0, "filename"),
    "dbm.gnu.open": (0, "filename"),
    "dbm.ndbm.open": (0, "filename"),
    "dbm.sqlite3.open": (0, "filename"),
    "duckdb.connect": (0, "database"),
    "tinydb.TinyDB": (0, "path"),
    "diskcache.Cache": (0, "directory"),
    "lmdb.open": (0, "path"),
    "plyvel.DB": (0, "name"),
    "sqlitedict.SqliteDict": (0, "filename"),
    "pickledb.load": (0, "location"),
}
LOCAL_ROOTS = (
    "/tmp",  # noqa: S108 - what we look for
    "/var/",
    "/dev/shm",  # noqa: S108 - what we look for
    "/run/",
    "/home/",
    "/root/",
    "/Users/",
)
