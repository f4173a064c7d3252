# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""The key figures: few, large."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from . import words
from .runs import ALL_RUNS, Selection


MAX_PARAMETERS = 3
"""With more that differ, key figures would be of what was run, not of what came of it."""

MAX_LENGTH = 16
"""Characters of a value that fit; longer ones would be broken within words."""

RETRIES = "SELECT run_id, SUM(attempt > 1) FROM flow_attempt WHERE {} GROUP BY run_id"

PORT_OWNERS = """\
SELECT run_id, IIF(nat_gateway IS NULL, 'VM', 'NAT gateway') FROM v_allocation_waste
WHERE {} ORDER BY peak_ports_used, peak_ports_allocated"""


@dataclass(frozen=True)
class KeyFigure:
    """A number, what it is of, and what else is to be known."""

    label: str
    value: str
    note: str = ""


def read_summaries(database: sqlite3.Connection, selection: Selection) -> list[dict]:
    """
    The rows of v_run_summary, in order of the runs; how many attempts were retries, and what used
    most ports.
    """
    condition = "" if selection.condition == ALL_RUNS else f"WHERE {selection.condition}"
    answer = database.execute(f"SELECT * FROM v_run_summary {condition} ORDER BY run_id")
    names = [column[0] for column in answer.description]
    retries = dict(database.execute(RETRIES.format(selection.condition)).fetchall())
    rows = [dict(zip(names, row)) for row in answer]
    owners = dict(database.execute(PORT_OWNERS.format(selection.condition)).fetchall())
    return [
        row
        | {
            "retries": retries.get(row["run_id"], 0),
            "port_owner": owners.get(row["run_id"], "VM"),
        }
        for row in rows
    ]


def make_key_figures(selection: Selection, summaries: list[dict]) -> list[KeyFigure]:
    if selection.is_single:
        return describe_run(summaries[0])
    return describe_runs(selection, summaries)


def share(part: int, whole: int) -> str:
    return words.percent(100.0 * part / whole) if whole else ""


def describe_run(run: dict) -> list[KeyFigure]:
    """What became of one run."""
    attempted, established = run["flows_attempted"], run["flows_established"]
    refused = run["refused_percent"]
    first = run["first_refusal_time_ns"]
    p50, p99 = run["p50_connect_latency_ns"], run["p99_connect_latency_ns"]
    return [
        KeyFigure("Flows attempted", words.group(attempted), describe_failures(run)),
        KeyFigure(
            "Established", words.group(established), f"{share(established, attempted)} of attempted"
        )
        if attempted
        else KeyFigure("Established", words.group(established)),
        KeyFigure(
            "Refused share",
            words.NOTHING if refused is None else words.percent(refused),
            f"{words.plural(run['flows_refused'], 'flow')} never got a SNAT port",
        ),
        KeyFigure(
            "First refusal",
            "never" if first is None else words.seconds(first),
            "" if first is None else "of simulated time",
        ),
        KeyFigure(f"Peak ports of a {run['port_owner']}", *describe_ports(run)),
        KeyFigure(
            "Time to connect",
            words.NOTHING if p50 is None else words.milliseconds(p50),
            describe_connecting(run) if p99 is None else f"median; p99 {words.milliseconds(p99)}",
        ),
    ]


def describe_connecting(run: dict) -> str:
    """Why nobody knows how long it took."""
    return "not recorded" if run["attempts"] is None else "no attempt was successful"


def describe_failures(run: dict) -> str:
    """How many were applications' retries, and what else than a port flows were lacking."""
    parts = [
        f"{words.group(run[name])} {what}"
        for name, what in [
            ("retries", "of them retries"),
            ("flows_denied", "denied"),
            ("flows_unanswered", "unanswered"),
        ]
        if run[name]
    ]
    return ", ".join(parts)


def describe_ports(run: dict) -> tuple[str, str]:
    """Most ports that one interface or NAT gateway used, and most that one had."""
    used, allocated = run["peak_ports_used"], run["peak_ports_allocated"]
    if not allocated:
        return words.group(used or 0), "none allocated"
    return words.group(used or 0), f"of {words.group(allocated)} that it had"


def describe_runs(selection: Selection, summaries: list[dict]) -> list[KeyFigure]:
    """What many runs have in common, and how far apart they are."""
    finished = sum(run.is_finished for run in selection.runs)
    attempted = sum(run["flows_attempted"] for run in summaries)
    established = sum(run["flows_established"] for run in summaries)
    retries = sum(run["retries"] for run in summaries)
    refused = [r["refused_percent"] for r in summaries if r["refused_percent"] is not None]
    first = [run["first_refusal_time_ns"] for run in summaries]
    figures = [KeyFigure("Runs", words.group(len(selection.runs)), f"{finished} finished")]
    differing = [*selection.varied, *selection.swept]
    if len(differing) > MAX_PARAMETERS:
        note = "differ between runs; see the table of runs"
        figures.append(KeyFigure("Parameters", words.group(len(differing)), note))
    else:
        figures += [describe_parameter(selection, name) for name in differing]
    return [
        *figures,
        KeyFigure(
            "Flows attempted",
            words.group(attempted),
            f"in all runs{f', {words.group(retries)} of them retries' if retries else ''}; "
            f"{share(established, attempted)} established"
            if attempted
            else "",
        ),
        KeyFigure(
            "Refused share",
            extent(refused, words.percent),
            f"of a run; mean {words.percent(sum(refused) / len(refused))}" if refused else "",
        ),
        KeyFigure(
            "First refusal",
            extent((t for t in first if t is not None), words.seconds),
            f"in {sum(t is not None for t in first)} of {words.plural(len(first), 'run')}",
        ),
        KeyFigure(
            "Median time to connect",
            extent(
                (r["p50_connect_latency_ns"] for r in summaries if r["p50_connect_latency_ns"]),
                words.milliseconds,
            ),
            "of a run",
        ),
    ]


def describe_parameter(selection: Selection, name: str) -> KeyFigure:
    """The values of what differs between runs."""
    values = selection.values(name) or sorted({str(run.facts[name]) for run in selection.runs})
    span, count = words.span(values), words.plural(len(values), "value")
    if len(span) > MAX_LENGTH:
        return KeyFigure(name, count, "see the table of runs")
    return KeyFigure(name, span, count)


def extent(numbers: Iterable, format_number) -> str:
    """From the least to the greatest."""
    texts = sorted(numbers)
    if not texts:
        return words.NOTHING
    least, greatest = format_number(texts[0]), format_number(texts[-1])
    return least if least == greatest else f"{least} \u2026 {greatest}"
