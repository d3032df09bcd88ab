"""A companion for places where films were shot: scan, walk, listen, offline.

Everything is generated from the library but what follows: a companion as a context manager, subscriptions as iterators, its log in
Python's `logging`.
"""

from __future__ import annotations

import logging
import queue
from contextlib import contextmanager
from typing import Any, Iterator, Optional, Sequence

from . import _generated
from ._generated import *  # noqa: F403
from ._generated import (
    Audience,
    Catalogue,
    CatalogueListener,
    Companion,
    GuideListener,
    GuideSession,
    Logger,
    LogLevel,
    Player,
    PlayerListener,
    Publication,
    SyncListener,
    Syncing,
    set_logger,
)

__all__ = ["opened", "watch", "log_to"]
__all__ += _generated.__all__

_LEVELS = {
    LogLevel.ERROR: logging.ERROR,
    LogLevel.WARN: logging.WARNING,
    LogLevel.INFO: logging.INFO,
    LogLevel.DEBUG: logging.DEBUG,
    LogLevel.TRACE: logging.NOTSET + 5,
}


@contextmanager
def opened(
    folder: str,
    publications: Sequence[Publication],
    languages: Sequence[str],
    audience: Audience = Audience.STANDARD,
) -> Iterator[Companion]:
    """Opens a data folder that follows these publications, and shuts the companion down at the end of the block."""
    companion = Companion(folder, list(publications), list(languages), audience)
    try:
        yield companion
    finally:
        companion.shut_down()


def watch(what: Syncing | GuideSession | Player | Catalogue) -> Iterator[Any]:
    """The present value, then the latest of each change, until what is watched ends. Leaving the loop ends the subscription."""
    values: queue.SimpleQueue[Optional[Any]] = queue.SimpleQueue()

    class Watching:
        def changed(self, value: Any) -> None:
            values.put((value,))

        def ended(self) -> None:
            values.put(None)

    listener = type("Watching", (Watching, _LISTENERS[type(what)]), {})()
    subscription = what.subscribe(listener)
    try:
        while (value := values.get()) is not None:
            # Whoever was busy meanwhile is told what is so now.
            while True:
                try:
                    newer = values.get_nowait()
                except queue.Empty:
                    break
                if newer is None:
                    values.put(None)
                    break
                value = newer
            yield value[0]
    finally:
        subscription.cancel()


_LISTENERS = {
    Syncing: SyncListener,
    GuideSession: GuideListener,
    Player: PlayerListener,
    Catalogue: CatalogueListener,
}


def log_to(logger: Optional[logging.Logger], level: LogLevel = LogLevel.INFO) -> None:
    """From now on, the library's lines of this level and above go to a logger of Python's; None ends it."""

    class Forward(Logger):
        def log(self, level: LogLevel, target: str, message: str) -> None:
            if logger is not None:
                logger.log(_LEVELS[level], "%s: %s", target, message)

    set_logger(None if logger is None else Forward(), level)
