"""The kernel's side of a private host: namespaces and mounts, by way of libc.

Every refusal is an :class:`OSError` whose ``strerror`` is a sentence for a notice.
Nothing is bound before the first call, so the module imports on every platform.
"""

from __future__ import annotations

import ctypes
import functools
import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_CLONE_NEWNS, _CLONE_NEWUSER = 0x00020000, 0x10000000
_MS_BIND, _MS_REC, _MS_PRIVATE = 0x1000, 0x4000, 0x40000
# ST_RDONLY, ST_NOSUID, ST_NODEV and ST_NOEXEC have the values of their MS_ twins.
_INHERITED_FLAGS = 0xF
_CAPABILITY_VERSION_3 = 0x20080522


@functools.cache
def libc() -> ctypes.CDLL:
    """Bind the C library once; call it before a fork, so that no child has to."""
    bound = ctypes.CDLL(None, use_errno=True)
    text = ctypes.c_char_p
    bound.mount.argtypes = (text, text, text, ctypes.c_ulong, text)
    return bound


def is_below(path: str, top: str) -> bool:
    """Tell whether ``path`` is ``top`` or lies under it; both absolute, resolved."""
    return path == top or path.startswith(top.rstrip("/") + "/")


def outermost(paths: Iterable[str]) -> tuple[str, ...]:
    """Drop repeated paths and those below another one, keeping the given order."""
    unique = tuple(dict.fromkeys(paths))
    return tuple(
        path
        for path in unique
        if not any(path != other and is_below(path, other) for other in unique)
    )


@contextmanager
def private_mounts() -> Iterator[None]:
    """Mount as you like within the block; nothing of it reaches the host.

    The process stays in its new namespaces afterwards, but with the capabilities it
    had before: a user namespace grants all of them, and a step that expects a
    ``PermissionError`` must still get it.
    """
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    capabilities = (ctypes.c_uint32 * 6)()
    _call("capget", header, capabilities)
    if libc().unshare(_CLONE_NEWNS) != 0:
        _unshare_user()
    try:
        _mount("none", "/", None, _MS_REC | _MS_PRIVATE)
        yield
    finally:
        _call("capset", header, capabilities)


def mount_tmpfs(target: str) -> None:
    """Cover ``target`` with an empty file system that only this process can reach."""
    _mount("tmpfs", target, "tmpfs", 0, "mode=0700")


def mount_overlay(target: str, *, upper: str, work: str) -> None:
    """Cover ``target`` with the current directory, writes to it going to ``upper``.

    The lower layer is always "." because ``target`` may be covered already, and
    because a path among the options would need escapes that kernels disagree about.
    """
    # Trusted attributes let a directory of the lower layer be renamed. They belong to
    # the initial user namespace; elsewhere such a rename fails with EXDEV.
    try:
        os.setxattr(work, "trusted.durable", b"")
        attributes = "redirect_dir=on"
    except OSError:
        attributes = "userxattr"
    options = f"lowerdir=.,upperdir={upper},workdir={work},{attributes}"
    flags = os.statvfs(".").f_flag & _INHERITED_FLAGS
    try:
        _mount("overlay", target, "overlay", flags, options)
    except OSError as error:
        # A new user namespace may not look under mounts that it did not make.
        below = [p for p in mount_points() if p != target and is_below(p, target)]
        if not below:
            raise
        why = f"{error.strerror}; mounted below it: {below[0]}"
        raise OSError(error.errno, why) from error


def bind(source: str, target: str) -> None:
    """Show ``source``, with whatever is mounted below it, at ``target`` as well."""
    _mount(source, target, None, _MS_BIND | _MS_REC)


def mount_points() -> tuple[str, ...]:
    """Name every mount point; none when /proc cannot say."""
    # Fields: id, parent, device, root, mount point (spaces and the like in octal).
    points = (line.split(b" ", 5)[4] for line in _lines("/proc/self/mountinfo"))
    return tuple(os.fsdecode(_unescaped(p) if b"\\" in p else p) for p in points)


def bound_sockets() -> tuple[str, ...]:
    """Name the AF_UNIX sockets in use, by absolute path; none without /proc."""
    lines = _lines("/proc/net/unix")
    return tuple(os.fsdecode(s[s.index(b" /") + 1 :]) for s in lines if b" /" in s)


def make_like(path: str, original: os.stat_result) -> None:
    """Make a directory that may stand for the original as an overlay's upper layer."""
    os.mkdir(path)
    # The owner may have no number in a user namespace; access does not depend on it.
    with suppress(OSError):
        os.chown(path, original.st_uid, original.st_gid)
    os.chmod(path, stat.S_IMODE(original.st_mode))


def written(upper: int, *, over: int) -> Iterator[str]:
    """Name what is new or changed in an upper layer, relative to it; no deletions.

    Both layers are descriptors of directories. A directory counts if it is empty.
    """
    for root, directories, files, descriptor in os.fwalk(".", dir_fd=upper):
        if root != "." and not directories and not files:
            yield os.path.relpath(root, ".")
        for name in files:
            path = os.path.normpath(os.path.join(root, name))
            now = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
            whiteout = stat.S_ISCHR(now.st_mode) and now.st_rdev == 0
            if not whiteout and not _is_untouched(now, path, over):
                yield path


def _is_untouched(now: os.stat_result, path: str, lower: int) -> bool:
    # Opening for writing copies a file up, times included; SQLite does so to read.
    try:
        before = os.stat(path, dir_fd=lower, follow_symlinks=False)
    except OSError:
        return False
    fields = ("st_mode", "st_size", "st_mtime_ns")
    return all(getattr(now, field) == getattr(before, field) for field in fields)


def _unescaped(point: bytes) -> bytes:
    return re.sub(rb"\\(\d{3})", lambda digits: bytes((int(digits[1], 8),)), point)


def _lines(path: str) -> list[bytes]:
    try:
        return Path(path).read_bytes().splitlines()
    except OSError:
        return []


def _mount(
    source: str, target: str, kind: str | None, flags: int, options: str = ""
) -> None:
    what = {None: "a private mount", "overlay": "overlayfs"}.get(kind, kind)
    fs = None if kind is None else kind.encode()
    where = os.fsencode(target)
    if libc().mount(os.fsencode(source), where, fs, flags, os.fsencode(options)) != 0:
        raise _refused(f"{what} is refused", ctypes.get_errno(), target)


def _call(name: str, *arguments: object) -> None:
    if getattr(libc(), name)(*arguments) != 0:
        raise _refused(f"{name} is refused", ctypes.get_errno())


def _unshare_user() -> None:
    uid, gid = os.geteuid(), os.getegid()
    refusal = "user namespaces are not permitted here"
    if libc().unshare(_CLONE_NEWUSER | _CLONE_NEWNS) != 0:
        raise _refused(refusal, ctypes.get_errno())
    try:
        # In bytes: a forked child may be unable to import a codec. Without "deny" the
        # kernel accepts no group map from an unprivileged process.
        with suppress(FileNotFoundError):
            Path("/proc/self/setgroups").write_bytes(b"deny")
        Path("/proc/self/uid_map").write_bytes(b"%d %d 1" % (uid, uid))
        Path("/proc/self/gid_map").write_bytes(b"%d %d 1" % (gid, gid))
    except OSError as error:
        raise _refused(refusal, error.errno or 0, error.filename) from error


def _refused(sentence: str, code: int, path: str | None = None) -> OSError:
    where = "" if path is None else f" ({path})"
    return OSError(code, f"{sentence}: {os.strerror(code)}{where}")
