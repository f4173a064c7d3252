# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Which databases this azure-net writes, as azure-trace-schema.h says."""

import functools
import re
from pathlib import Path

from .errors import TraceError

HEADER = Path(__file__).resolve().parents[2] / "helper" / "azure-trace-schema.h"


@functools.cache
def read_constant(name: str, header: Path = HEADER) -> int:
    """The value of a constant of the header."""
    try:
        text = header.read_text(encoding="utf-8")
    except OSError as error:
        raise TraceError(f"{header}: {error.strerror}; azure-net is not complete") from error
    found = re.search(rf"\bconstexpr uint32_t {name} = (0x[0-9a-f]+|\d+);", text)
    if not found:
        raise TraceError(f"{header}: does not say what {name} is; azure-net is not complete")
    return int(found[1], 0)


def application_id() -> int:
    """SQLite's application_id of a trace database."""
    return read_constant("TRACE_APPLICATION_ID")


def version() -> int:
    """SQLite's user_version of the trace databases that this azure-net writes."""
    return read_constant("TRACE_SCHEMA_VERSION")
