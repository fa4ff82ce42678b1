"""Decorators and call forms that keep results in the memory of one process."""

from __future__ import annotations

CACHES = frozenset(
    {
        "functools.lru_cache",
        "functools.cache",
        "async_lru.alru_cache",
        "cachetools.cached",
        "cachetools.cachedmethod",
        "cachetools.func.ttl_cache",
        "cachetools.func.lru_cache",
        "cachetools.func.lfu_cache",
        "cachetools.func.fifo_cache",
        "cachetools.func.rr_cache",
        "cachetools.func.mru_cache",
        "asyncache.cached",
        "methodtools.lru_cache",
        "cachier.cachier",
        "toolz.memoize",
        "toolz.functoolz.memoize",
        "cytoolz.memoize",
        "boltons.cacheutils.cached",
        "more_itertools.memoize",
        "aiocache.cached",
        "aiocache.decorators.cached",
        "asyncstdlib.lru_cache",
        "asyncstdlib.cache",
        "asyncstdlib.functools.lru_cache",
        "cachebox.cached",
        "theine.Memoize",
        "memoization.cached",
        "pylru.lrudecorator",
        "joblib.Memory.cache",
        "diskcache.Cache.memoize",
        "diskcache.FanoutCache.memoize",
    }
)
CACHE_OBJECTS = frozenset(
    {
        "cachetools.TTLCache",
        "cachetools.LRUCache",
        "cachetools.LFUCache",
        "cachetools.Cache",
        "cachetools.FIFOCache",
        "cachetools.RRCache",
        "cachetools.TLRUCache",
        "cachebox.TTLCache",
        "cachebox.LRUCache",
        "expiringdict.ExpiringDict",
        "lru.LRU",
        "pylru.lrucache",
    }
)
# Those of them that keep their results on the disk of the host.
ON_DISK = frozenset(
    {
        "joblib.Memory.cache",
        "diskcache.Cache.memoize",
        "diskcache.FanoutCache.memoize",
        "cachier.cachier",
    }
)
