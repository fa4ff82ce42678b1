"""Calls that open a database file, and which argument its path is."""

from __future__ import annotations

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
    "diskcache.FanoutCache": (0, "directory"),
    "diskcache.Deque": (1, "directory"),
    "diskcache.Index": (0, "directory"),
    "peewee.SqliteDatabase": (0, "database"),
}
# Calls that are given an address; only `sqlite:///...` is a file.
BY_ADDRESS: dict[str, tuple[int, str]] = {
    "sqlalchemy.create_engine": (0, "url"),
    "sqlalchemy.engine.create_engine": (0, "url"),
    "sqlalchemy.ext.asyncio.create_async_engine": (0, "url"),
    "sqlmodel.create_engine": (0, "url"),
    "databases.Database": (0, "url"),
    "dataset.connect": (0, "url"),
}
