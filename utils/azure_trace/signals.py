# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Signals that end a program, as an exception, so that nothing half-built is left behind."""

import signal


class Stopped(BaseException):
    """A signal asks the process to end."""

    def __init__(self, number: int):
        super().__init__(number)
        self.number = number


def get_numbers() -> list[int]:
    """The signals; as ever, who is started by nohup does not mind the terminal going away."""
    numbers = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    return numbers


def stop_on_signals() -> None:
    """Lets the first signal that ends a process raise Stopped; others must not disturb that."""

    def stop(number: int, _: object) -> None:
        for ignored in numbers:
            signal.signal(ignored, lambda *_: None)
        raise Stopped(number)

    numbers = get_numbers()
    for number in numbers:
        signal.signal(number, stop)


def end_on_signals() -> None:
    """Lets signals end the process at once, while there is nothing to tidy up.

    A query may be at work for long in SQLite, where Python would not hear of a signal.
    """
    for number in get_numbers():
        signal.signal(number, signal.SIG_DFL)
