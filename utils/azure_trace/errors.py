# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""What the user has to be told."""


class TraceError(Exception):
    """What was asked for cannot be done; the text is one line that says what to do instead."""


class UsageError(TraceError):
    """The command line is wrong; nothing has been done."""


def refuse(field: str, value: object, allowed: str) -> UsageError:
    """The error about a value, as azure-net's programs put it."""
    return UsageError(f"{field}: '{value}' is not allowed; give {allowed}")
