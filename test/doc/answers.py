#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""What the tutorial answers to its "Try" is what the changed examples give.

answers.py --write=FOLDER writes those, and prints their names; answers.py PROGRAM runs one.
"""

import argparse
import re
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import blocks

EXAMPLES = blocks.TOP / "examples"
TUTORIAL = (blocks.TOP / "doc" / "tutorial.rst").read_text()
SLOW = """\
scenario.SetSlbManagerAttribute(
       "RequestServiceTime", StringValue("ns3::ConstantRandomVariable[Constant=0.01]"));"""
WAITS = """\
SELECT network_interface_id, CAST(ROUND(MAX(wait_ns) / 1e6) AS INTEGER) FROM v_connection_wait
WHERE run_id = 2 AND network_interface_id IN (1, 20) GROUP BY network_interface_id"""
DECISIONS = """\
SELECT COUNT(*) FROM snat_request_decision WHERE run_id = 2 AND outcome IN ({})"""


@dataclass(frozen=True)
class Answer:
    """An example, as the tutorial has it changed, and what that gives."""

    example: str
    changes: dict[str, str]
    status: int
    rows: list[str]  # that it prints
    said: list[str]  # what the tutorial says of it, in these words
    queries: dict[str, object]  # of its database, each with what it answers


TWENTY = {"{1, 20, 60}": "{20}", "scenario.Create();": f"{SLOW}\n    scenario.Create();"}

ANSWERS = {
    "answer-profile-2018": Answer(
        "tutorial-experiment",
        {'PROFILE = "2017"': 'PROFILE = "2018"'},
        0,
        re.findall(r"^   (\d +\d+ +\d+)$", TUTORIAL, re.M)[:4],
        ["The same table, since each destination"],
        {},
    ),
    "answer-30-busy": Answer(
        "tutorial-policy",
        {"{1, 20, 60}": "{30}"},
        1,
        re.findall(r"^   (30 +(?:table-2017|doubling) .*)$", TUTORIAL, re.M),
        ["28 x 1,100 + 2 x 1,024 = 32,848"],
        {},
    ),
    "answer-slow-manager": Answer(
        "tutorial-policy",
        TWENTY,
        1,
        ["20          doubling        20492        22000"],
        [SLOW, "now get 20,492 connections", "1,633 requests are refused"],
        {DECISIONS.format("'no-free-ports', 'port-cap'"): [(1633,)]},
    ),
    "answer-one-request": Answer(
        "tutorial-policy",
        {**TWENTY, '"legacy-on-demand"': '"legacy-on-demand[OutstandingRequests=1]"'},
        0,
        ["20          doubling        22000        22000"],
        ["1,050 needless requests are dropped", "VM 0 waits for 10 ms", "VM 19 for 200 ms"],
        {DECISIONS.format("'outstanding', 'request-rate'"): [(1050,)], WAITS: [(1, 10), (20, 200)]},
    ),
}


def write_all(folder: Path) -> None:
    """Writes the changed examples, and prints their names."""
    for name, answer in ANSWERS.items():
        text = (EXAMPLES / f"{answer.example}.cc").read_text()
        for before, after in answer.changes.items():
            if text.count(before) != 1:  # told when it is built: a page must not stop the rest
                text = f'#error "{answer.example}.cc does not have once what {name} changes"\n'
                break
            text = text.replace(before, after)
        blocks.write(folder / f"{name}.cc", text)
        print(name)


def check(program: Path) -> list[str]:
    """Runs a changed example; returns what is wrong."""
    answer = ANSWERS[program.name]
    words = " ".join(TUTORIAL.split())
    wrong = [f"not said: {text}" for text in answer.said if " ".join(text.split()) not in words]
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(
            [program, "--db=x.db"], cwd=folder, stdout=subprocess.PIPE, text=True, check=False
        )
        printed = [" ".join(line.split()) for line in run.stdout.splitlines()]
        if run.returncode != answer.status:
            wrong.append(f"status {run.returncode} instead of {answer.status}")
        expected = [" ".join(row.split()) for row in answer.rows]
        wrong += [f"not printed: {row}" for row in expected if row not in printed]
        if not expected:
            wrong.append("tutorial.rst does not have the rows that are looked for")
        with sqlite3.connect(Path(folder) / "x.db") as database:
            for query, result in answer.queries.items():
                found = database.execute(query).fetchall()
                if found != result:
                    wrong.append(f"{query}:\n{found} instead of {result}")
    return wrong


def main() -> None:
    """Does what the file says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path, nargs="?")
    parser.add_argument("--write", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    if arguments.write:
        write_all(arguments.write)
    elif not arguments.program:
        parser.error("a program or --write is needed")
    else:
        sys.exit("\n".join(check(arguments.program.resolve())) or None)


main()
