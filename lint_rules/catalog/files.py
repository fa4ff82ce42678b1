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
    "pandas.ExcelWriter": (0, "path"),
    "pandas.HDFStore": (0, "path"),
    "pyarrow.parquet.write_table": (1, "where"),
    "cv2.imwrite": (0, "filename"),
    "xlsxwriter.Workbook": (0, "filename"),
    "wget.download": (1, "out"),
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
    "h5py.File": (0, "name", 1, "mode", "r"),
    "wave.open": (0, "f", 1, "mode", "rb"),
}
# Methods that write to the path they are given, whatever they belong to.
METHOD_WRITERS: dict[str, tuple[int, str]] = {
    "to_csv": (0, "path_or_buf"),
    "to_excel": (0, "excel_writer"),
    "to_parquet": (0, "path"),
    "to_json": (0, "path_or_buf"),
    "to_pickle": (0, "path"),
    "to_feather": (0, "path"),
    "to_hdf": (0, "path_or_buf"),
    "savefig": (0, "fname"),
    "write_csv": (0, "file"),
    "write_parquet": (0, "file"),
    "extractall": (0, "path"),
}
# Methods of this name may mean a path on any storage: only one that begins at the root
# of the disk is surely a file.
PERHAPS_WRITERS: dict[str, tuple[int, str]] = {
    "save": (0, "fp"),
    "extract": (1, "path"),
    "export": (0, "out_f"),
    "write_image": (0, "file"),
    "download_file": (2, "Filename"),
    "download_to_filename": (0, "filename"),
    "fget_object": (2, "file_path"),
}
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
# Folders that every program of a host shares: to be in one says nothing of a file.
TEMP_ROOTS = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - what we look for
LOCAL_ROOTS = (
    "/tmp",  # noqa: S108 - what we look for
    "/var/",
    "/dev/shm",  # noqa: S108 - what we look for
    "/run/",
    "/home/",
    "/root/",
    "/Users/",
)
