"""The kernel's side of a private host: namespaces and mounts, by way of libc.

Every refusal is an :class:`OSError` whose ``strerror`` is a sentence for a notice.
Nothing is bound before the first call, so the module imports on every platform.
"""

from __future__ import annotations

import ctypes
import functools
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

_CLONE_NEWNS = 0x00020000
_CLONE_NEWUSER = 0x10000000
_MS_BIND = 0x1000
_MS_REC = 0x4000
_MS_PRIVATE = 0x40000
# ST_RDONLY, ST_NOSUID, ST_NODEV and ST_NOEXEC have the values of their MS_ twins.
_INHERITED_FLAGS = 0xF
_CAPABILITY_VERSION_3 = 0x20080522


@functools.cache
def libc() -> ctypes.CDLL:
    """Bind the C library once; call it before a fork, so that no child imports."""
    bound = ctypes.CDLL(None, use_errno=True)
    bound.mount.argtypes = (
        ctypes.c_char_p,
        ctypes.c_char_p,
        ctypes.c_char_p,
        ctypes.c_ulong,
        ctypes.c_char_p,
    )
    bound.unshare.argtypes = (ctypes.c_int,)
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
    capabilities = _Capabilities()
    if libc().unshare(_CLONE_NEWNS) != 0:
        _unshare_user()
    try:
        _mount("none", "/", None, _MS_REC | _MS_PRIVATE)
        yield
    finally:
        capabilities.restore()


def mount_tmpfs(target: str) -> None:
    """Cover ``target`` with an empty file system that only this process can reach."""
    _mount("tmpfs", target, "tmpfs", 0, "mode=0700")


def mount_overlay(target: str, *, upper: str, work: str) -> None:
    """Cover ``target`` with the current directory, writes to it going to ``upper``.

    The lower layer is always "." because ``target`` may be covered already, and
    because a path among the options would need escapes that kernels disagree about.
    """
    options = f"lowerdir=.,upperdir={upper},workdir={work},{_attributes(work)}"
    flags = os.statvfs(".").f_flag & _INHERITED_FLAGS
    _mount("overlay", target, "overlay", flags, options)


def bind(source: str, target: str) -> None:
    """Show ``source``, with whatever is mounted below it, at ``target`` as well."""
    _mount(source, target, None, _MS_BIND | _MS_REC)


def submounts(directory: str) -> tuple[str, ...]:
    """Name the mount points below ``directory``; none when /proc cannot say."""
    # Fields: id, parent, device, root, mount point (spaces and the like in octal).
    points = (line.split(" ", 5)[4] for line in _lines("/proc/self/mountinfo"))
    found = (re.sub(r"\\(\d{3})", lambda m: chr(int(m[1], 8)), p) for p in points)
    return tuple(p for p in found if p != directory and is_below(p, directory))


def bound_sockets(directory: str) -> tuple[str, ...]:
    """Name the AF_UNIX sockets in use below ``directory``; none without /proc."""
    prefix = f" {directory.rstrip('/')}/"
    return tuple(
        line[line.index(prefix) + 1 :]
        for line in _lines("/proc/net/unix")
        if prefix in line
    )


def _lines(path: str) -> list[str]:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read().splitlines()
    except OSError:
        return []


def _attributes(directory: str) -> str:
    # Trusted attributes let a directory of the lower layer be renamed. They belong to
    # the initial user namespace; elsewhere such a rename fails with EXDEV.
    try:
        os.setxattr(directory, "trusted.durable", b"")
    except OSError:
        return "userxattr"
    return "redirect_dir=on"


def _mount(
    source: str, target: str, kind: str | None, flags: int, options: str = ""
) -> None:
    fs = None if kind is None else kind.encode()
    where = os.fsencode(target)
    if libc().mount(os.fsencode(source), where, fs, flags, os.fsencode(options)) != 0:
        code = ctypes.get_errno()
        what = {None: "a private mount", "overlay": "overlayfs"}.get(kind, kind)
        raise OSError(code, f"{what} is refused: {os.strerror(code)}", target)


def _unshare_user() -> None:
    uid, gid = os.geteuid(), os.getegid()
    if libc().unshare(_CLONE_NEWUSER | _CLONE_NEWNS) != 0:
        raise _no_user_namespace(ctypes.get_errno())
    try:
        # Without "deny" the kernel accepts no group map from an unprivileged process.
        with suppress(FileNotFoundError):
            _write("/proc/self/setgroups", b"deny")
        _write("/proc/self/uid_map", b"%d %d 1" % (uid, uid))
        _write("/proc/self/gid_map", b"%d %d 1" % (gid, gid))
    except OSError as error:
        raise _no_user_namespace(error.errno or 0) from error


def _write(path: str, text: bytes) -> None:
    # Bytes: a forked child may be unable to import a codec.
    with open(path, "wb", buffering=0) as file:
        file.write(text)


def _no_user_namespace(code: int) -> OSError:
    why = os.strerror(code)
    return OSError(code, f"user namespaces are not permitted here: {why}")


class _Capabilities:
    """The capability sets of this process as they were when this was made."""

    def __init__(self) -> None:
        self._header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
        self._sets = (ctypes.c_uint32 * 6)()
        self._known = libc().capget(self._header, self._sets) == 0

    def restore(self) -> None:
        if self._known:
            libc().capset(self._header, self._sets)
