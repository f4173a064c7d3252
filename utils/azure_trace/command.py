# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""How a tool begins and ends: one line for what is wrong, and an exit status."""

import os
import signal
import sqlite3
import sys
from collections.abc import Callable

from .errors import TraceError, UsageError
from .signals import Stopped, stop_on_signals

WRAPPER = os.environ.get("AZURE_NET_COMMAND", "./azure-net")
"""How users call the wrapper, which tells: in a clone ./azure-net, installed azure-net."""


def say(text: object) -> None:
    print(f"azure-net: {text}", file=sys.stderr)


def first_line(text: object) -> str:
    return next(iter(str(text).splitlines()), "")


def run(work: Callable[[], int | None]) -> int:
    """Does the work; returns the exit status: its own, or 2 for a wrong command line, 1 otherwise.

    What work() raises because of what the user asked for becomes one line on standard error.
    """
    stop_on_signals()
    for stream in (sys.stdout, sys.stderr):  # names of files may be no UTF-8
        stream.reconfigure(errors="surrogateescape")
    try:
        status = work() or 0
        sys.stdout.flush()
        return status
    except UsageError as error:
        say(error)
        return 2
    except (TraceError, sqlite3.Error) as error:
        say(first_line(error))
    except BrokenPipeError:  # who reads our output has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except OSError as error:
        say(f"{error.filename or 'error'}: {error.strerror}")
    except Stopped as stopped:
        return 128 + stopped.number
    return 1
