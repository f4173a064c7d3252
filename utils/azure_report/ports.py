# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""SNAT ports used and allocated over time."""

import sqlite3
from dataclasses import dataclass

import pandas

from .port_panels import draw_panels
from .plot import Plot
from .runs import MAX_PANELS, name_runs, read
from .steps import BINS, StepLine

MAX_OWNERS = 6
"""Most VMs and NAT gateways of a run of which each gets a panel of its own."""

ALL = "all"
"""The owner of what all VMs and NAT gateways of a run have together."""

# A NAT gateway has all ports of its addresses, whichever VMs use them.
OWNER = "IFNULL(nat_gateway, network_interface_id)"

# The other stages do not change how many ports are used.
USED = f"""
SELECT {OWNER}, time_ns, ports_in_use + ports_cooling_down FROM snat_port_event
WHERE run_id = ? AND stage IN ('acquired', 'released') ORDER BY snat_port_event_id"""

ALLOCATED = f"""
SELECT run_id, {OWNER} AS owner, IFNULL(nat_gateway, virtual_machine) AS name, time_ns,
       ports_allocated
FROM v_allocated_ports WHERE run_id IN ({{runs}}) ORDER BY run_id, time_ns"""

REFUSED = f"""
SELECT {OWNER} AS owner, MIN(time_ns) AS time_ns, COUNT(*) AS packets FROM snat_exhaustion
WHERE run_id IN ({{runs}}) GROUP BY {OWNER}, time_ns / {{bin}}"""

END = """
SELECT IFNULL(end_time_ns, (SELECT MAX(time_ns) FROM snat_port_event AS event
                            WHERE event.run_id = run.run_id)) FROM run WHERE run_id = ?"""


@dataclass
class Run:
    """The SNAT ports of one run."""

    run_id: int
    end_ns: int
    allocated: pandas.DataFrame
    used: dict[object, StepLine]
    peaks: dict[object, int]
    refused: pandas.DataFrame


def plot_ports(database: sqlite3.Connection, runs: list[int]) -> Plot | None:
    """One run: all VMs together, and those that used most; several: all VMs of each."""
    if len(runs) > MAX_PANELS:
        return None
    allocated = read(database, ALLOCATED, runs)
    found = [read_run(database, run, part) for run, part in allocated.groupby("run_id")]
    if not any(run.peaks or len(run.refused) for run in found):
        return None
    if len(found) == 1:
        names, owners, caption = choose_owners(found[0])
        lines = [collect(found[0], owner, name) for owner, name in zip(owners, names)]
    else:
        names = [name_runs(database, runs)[run.run_id] for run in found]
        lines = [collect(run, ALL, name) for run, name in zip(found, names)]
        caption = (
            "Each panel is a run, with all its VMs and NAT gateways together; runs without SNAT "
            "ports are left out."
        )
    data = pandas.concat(lines, ignore_index=True)
    panels = draw_panels(data, names, has_wide=len(found) == 1 and len(names) > 1)
    return Plot(
        "snat-ports",
        describe(found),
        "SNAT ports in use or cooling down (line, exact steps), ports allocated (dashes; where "
        "they are far more, their number is over the panel), and refused packets (strokes). "
        + caption,
        panels.figure,
        data,
    )


def read_run(database: sqlite3.Connection, run_id: int, allocated: pandas.DataFrame) -> Run:
    """What is drawn of a run: the lines of all, and of those that used most."""
    (end_ns,) = database.execute(END, (run_id,)).fetchone()
    bin_ns = (end_ns or 0) // BINS + 1
    peaks, total = sum_up(database, run_id, bin_ns)
    order = sorted(peaks, key=lambda owner: (-peaks[owner], isinstance(owner, str), owner))
    used = {ALL: total}
    if len(allocated["owner"].unique()) > 1:
        used |= read_lines(database, run_id, order[:MAX_OWNERS], bin_ns)
    refused = read(database, REFUSED.replace("{bin}", str(bin_ns)), [run_id])
    return Run(run_id, end_ns or 0, allocated, used, peaks, refused)


def sum_up(database: sqlite3.Connection, run_id: int, bin_ns: int) -> tuple[dict, StepLine]:
    """The most ports that each has used, and the line of all together."""
    now: dict[object, int] = {}
    peaks: dict[object, int] = {}
    line, total = StepLine(bin_ns), 0
    line.add(0, 0)
    for owner, time_ns, ports in database.execute(USED, (run_id,)):
        total += ports - now.get(owner, 0)
        now[owner] = ports
        if ports > peaks.get(owner, 0):
            peaks[owner] = ports
        line.add(time_ns, total)
    return peaks, line


def read_lines(
    database: sqlite3.Connection, run_id: int, owners: list, bin_ns: int
) -> dict[object, StepLine]:
    """The lines of some VMs and NAT gateways."""
    lines = {owner: StepLine(bin_ns) for owner in owners}
    for line in lines.values():
        line.add(0, 0)
    wanted = f"WHERE {OWNER} IN ({', '.join('?' * len(owners))}) AND"
    for owner, time_ns, ports in database.execute(
        USED.replace("WHERE", wanted), (*owners, run_id)
    ):
        lines[owner].add(time_ns, ports)
    return lines


def choose_owners(run: Run) -> tuple[list[str], list, str]:
    """Names and keys of who gets a panel, and a sentence about the others."""
    names = dict(zip(run.allocated["owner"], run.allocated["name"]))
    if len(names) == 1:
        return [*names.values()], [ALL], ""
    shown = [owner for owner in run.used if owner != ALL]
    rest = len(names) - len(shown)
    caption = f"The first panel adds up all {len(names)} VMs and NAT gateways"
    if rest:
        caption += f", of which those {len(shown)} that used most have panels of their own"
    return ["all together", *(names[owner] for owner in shown)], [ALL, *shown], caption + "."


def collect(run: Run, owner: object, name: str) -> pandas.DataFrame:
    """What a panel shows, in rows: panel, quantity, time_s and value."""
    allocated, refused = run.allocated, run.refused
    if owner != ALL:
        allocated = allocated[allocated["owner"] == owner]
        refused = refused[refused["owner"] == owner]
    rows = [("ports used", *point) for point in run.used[owner].points(run.end_ns)]
    held = add_up(allocated, run.end_ns // BINS + 1)
    rows += [("ports allocated", *point) for point in held.points(run.end_ns)]
    rows += [("packets refused", row.time_ns, row.packets) for row in refused.itertuples()]
    table = pandas.DataFrame(rows, columns=["quantity", "time_s", "value"])
    table["time_s"] /= 1e9
    table["value"] = table["value"].astype("int64")
    table.insert(0, "panel", name)
    table.insert(0, "run_id", run.run_id)
    return table


def add_up(allocated: pandas.DataFrame, bin_ns: int) -> StepLine:
    """The ports that all together have; what changes at one time is one step."""
    held: dict[object, int] = {}
    line = StepLine(bin_ns)
    for time_ns, changes in allocated.groupby("time_ns"):
        held.update(zip(changes["owner"], changes["ports_allocated"]))
        line.add(time_ns, sum(held.values()))
    return line


def describe(runs: list[Run]) -> str:
    """How many ports were used at most, and whether that was enough."""
    refused = sum(run.refused["packets"].sum() for run in runs)
    end = f"{refused:,} packets were refused" if refused else "no packet was refused"
    if len(runs) > 1:
        return f"SNAT ports of {len(runs)} runs; {end}"
    used = max(value for _, value in runs[0].used[ALL].points(0)) if runs[0].peaks else 0
    return f"At most {used:,} SNAT ports were used at once, and {end}"
