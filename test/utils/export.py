#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""What ./azure-net export writes is what the database holds, for pandas too.

export.py PORT-EXHAUSTION OUTBOUND-SCENARIOS
"""

import gzip
import importlib.util
import io
import json
import os
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from common import PROGRAM, UTILS, ToolTest

from azure_query.records import write_csv, write_json

SCENARIOS = os.path.abspath(sys.argv.pop(1))

HAS_PANDAS = importlib.util.find_spec("pandas") is not None

# Values that a format might spoil.
NASTY = ["", " ", "a,b", 'say "x"', "two\nlines", "\r", "\u00e9\u4e16", "null", "1", "-", "\\n"]

CELL = re.compile(r'(?:"((?:[^"]|"")*)"|([^",\n]*))([,\n])')


def read_csv(text):
    """The rows of a CSV file; a cell that is empty and not quoted is None."""
    rows, row = [], []
    for cell in CELL.finditer(text):
        quoted, plain, end = cell.groups()
        row.append(quoted.replace('""', '"') if quoted is not None else plain or None)
        if end == "\n":
            rows.append(row)
            row = []
    return rows


def convert(row, types):
    """Texts as numbers where the table says so."""
    make = {"INTEGER": int, "REAL": float, "TEXT": str}
    return tuple(None if c is None else make[t](c) for c, t in zip(row, types))


class Records(unittest.TestCase):
    def test_numbers_come_back_exactly(self):
        numbers = [0.1 + 0.2, 1e-300, -1 / 3, 2.0**60, 2**63 - 1, -(2**63), 0]
        file = io.StringIO()
        write_csv(file, ["x"], [(number,) for number in numbers])
        self.assertEqual([eval(row[0]) for row in read_csv(file.getvalue())[1:]], numbers)
        file = io.StringIO()
        write_json(file, ["x"], [(number,) for number in numbers])
        self.assertEqual([row["x"] for row in json.loads(file.getvalue())], numbers)

    def test_null_and_empty_text_differ(self):
        file = io.StringIO()
        write_csv(file, ["a"], [(None,), ("",), ("x",)])
        self.assertEqual(read_csv(file.getvalue()), [["a"], [None], [""], ["x"]])


class Export(ToolTest):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.original = Path(folder.name) / "my.db"
        for command in [[PROGRAM, "--flows=300", "--vms=120"], [SCENARIOS]]:
            command.append(f"--db={cls.original}")
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        with sqlite3.connect(cls.original) as database:
            rows = [(f"nasty {i}", text) for i, text in enumerate(NASTY)]
            database.executemany("INSERT INTO run_parameter VALUES (1, ?, ?)", rows)
        database.close()

    def setUp(self):
        super().setUp()
        self.path = Path(shutil.copy(self.original, self.folder / "my.db"))

    def export(self, *arguments):
        return self.call("azure-export.py", "my.db", *arguments)

    def tables(self, kinds="'table'"):
        sql = f"SELECT name FROM sqlite_master WHERE type IN ({kinds}) AND name NOT LIKE 'sqlite%'"
        return [name for (name,) in self.query(self.path, sql)]

    def rows(self, name):
        return self.query(self.path, f'SELECT * FROM "{name}"')

    def columns(self, name):
        return [row[1] for row in self.query(self.path, f'PRAGMA table_info("{name}")')]

    def types(self, name):
        return [row[2] for row in self.query(self.path, f'PRAGMA table_info("{name}")')]

    def test_csv_files_hold_every_row_of_every_table(self):
        self.assert_ends(self.export("--to=csv"), 0, f"folder my-csv: {len(self.tables())} files")
        files = sorted(path.name for path in (self.folder / "my-csv").iterdir())
        self.assertEqual(files, sorted(f"{name}.csv" for name in self.tables()))
        for name in self.tables():
            with self.subTest(name):
                text = (self.folder / "my-csv" / f"{name}.csv").read_bytes().decode()
                head, *rows = read_csv(text)
                self.assertEqual(head, self.columns(name))
                types = self.types(name)
                self.assertEqual([convert(row, types) for row in rows], self.rows(name))

    def test_json_files_hold_every_row_of_every_table(self):
        self.assert_ends(self.export("--to=json", "--out=a"), 0)
        self.assert_ends(self.export("--to=jsonl", "--out=b", "--compress"), 0)
        truths = 0
        for name in self.tables():
            with self.subTest(name):
                rows = json.loads((self.folder / "a" / f"{name}.json").read_text())
                with gzip.open(self.folder / "b" / f"{name}.jsonl.gz", "rt") as file:
                    self.assertEqual([json.loads(line) for line in file], rows)
                self.assertEqual([tuple(row.values()) for row in rows], self.rows(name))
                columns = self.columns(name)
                for row in rows:
                    self.assertEqual(list(row), columns)
                    for column, value in row.items():
                        is_truth = column.startswith(("is_", "has_"))
                        self.assertEqual(isinstance(value, bool), is_truth, column)
                        truths += is_truth
        self.assertGreater(truths, 10)

    def test_tables_views_and_runs_can_be_chosen(self):
        self.assert_ends(self.export("--to=csv", "--tables=flow,v_port_usage", "--runs=2-3"), 0)
        files = sorted(path.name for path in (self.folder / "my-csv").iterdir())
        self.assertEqual(files, ["flow.csv", "v_port_usage.csv"])
        text = (self.folder / "my-csv" / "flow.csv").read_text()
        types = self.types("flow")
        self.assertEqual(
            [convert(row, types) for row in read_csv(text)[1:]],
            [row for row in self.rows("flow") if row[0] in (2, 3)],
        )
        self.assert_ends(self.export("--to=csv", "--views", "--out=all"), 0)
        files = sorted(path.stem for path in (self.folder / "all").iterdir())
        self.assertEqual(files, sorted(self.tables("'table', 'view'")))

    def test_compressed_files_are_the_same_for_the_same_rows(self):
        for folder in "ab":
            arguments = ["--to=csv", "--compress", "--tables=flow", f"--out={folder}"]
            self.assert_ends(self.export(*arguments), 0)
        first, again = ((self.folder / folder / "flow.csv.gz").read_bytes() for folder in "ab")
        self.assertEqual(first, again)
        self.assertLess(len(first), len(gzip.decompress(first)) / 5)

    def test_what_cannot_be_done_leaves_nothing(self):
        (self.folder / "old").mkdir()
        for arguments, status, text in [
            (["--to=parquet"], 2, "to: 'parquet' is not allowed, for no package of Debian 12"),
            (["--to=xml"], 2, "to: 'xml' is not allowed; give csv, json or jsonl"),
            (["--to=csv", "--tables=flow,flows"], 2, "tables: 'flows' is not allowed"),
            (["--to=csv", "--runs=1,9"], 2, "runs: '9' is not allowed; give numbers of runs"),
            (["--to=csv", "--runs=2-9"], 2, "runs: '2-9' is not allowed"),
            (["--to=csv", "--runs=x"], 2, "runs: 'x' is not allowed"),
            (["--to=csv", "--out=old"], 1, "old: is there already; give the name of a new folder"),
            (["--to=csv", "--out=no/new"], 1, "no/new: there is no folder no"),
        ]:
            with self.subTest(arguments):
                result = self.export(*arguments)
                self.assert_ends(result, status, f"azure-net: {text}")
                self.assertEqual(result.stderr.count("\n"), 1)
                self.assertEqual(sorted(os.listdir(self.folder)), ["my.db", "old"])

    def test_a_full_disk_leaves_nothing(self):
        # A file may have 50 kB: the table flow is larger.
        result = self.call(
            "azure-export.py",
            "my.db",
            "--to=json",
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (50000, 50000)),
        )
        self.assert_ends(result, 1, "File too large")
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        self.assertEqual(os.listdir(self.folder), ["my.db"])

    def test_memory_does_not_grow_with_the_rows(self):
        insert = """WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)
            INSERT INTO run_parameter SELECT 2, 'name ' || i, 'value ' || i FROM n"""
        with sqlite3.connect(self.path) as database:
            database.execute(insert)
        database.close()
        code = (
            "import resource, subprocess, sys\n"
            "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)\n"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
        )
        peaks = []
        for runs in "12":
            command = ["/usr/bin/python3", "-c", code, UTILS / "azure-export.py", "my.db"]
            command += [ "--to=jsonl", f"--runs={runs}", f"--out={runs}"]
            peaks.append(int(subprocess.check_output(command, cwd=self.folder)))
        self.assertLess(peaks[1], peaks[0] + 8 * 1024)  # KiB; the rows are 18 MiB

    @unittest.skipUnless(HAS_PANDAS, "pandas is not installed")
    def test_pandas_reads_what_the_database_holds(self):
        import pandas

        self.assert_ends(self.export("--to=csv", "--compress", "--out=a"), 0)
        self.assert_ends(self.export("--to=json", "--out=b"), 0)
        for name in ["flow", "snat_port_event", "snat_exhaustion", "run_parameter"]:
            # That texts are missing values has to be kept from pandas.
            texts = {"keep_default_na": False} if name == "run_parameter" else {}
            with self.subTest(name), sqlite3.connect(self.path) as database:
                expected = pandas.read_sql(f'SELECT * FROM "{name}"', database)
                self.assertGreater(len(expected), 10)
                found = pandas.read_csv(self.folder / "a" / f"{name}.csv.gz", **texts)
                pandas.testing.assert_frame_equal(found, expected, check_dtype=False)
                found = pandas.read_json(self.folder / "b" / f"{name}.json", dtype=False)
                pandas.testing.assert_frame_equal(found, expected, check_dtype=False)


if __name__ == "__main__":
    unittest.main()
