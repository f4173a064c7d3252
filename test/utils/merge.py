#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Merging keeps every row of every run, with the runs apart; what does not fit is refused.

merge.py PORT-EXHAUSTION OUTBOUND-SCENARIOS
"""

import collections
import os
import shutil
import sqlite3
import sys
import unittest

from common import PROGRAM, SweepTest

from azure_sweep import merge
from azure_trace.database import read_tables

DOCUMENTATION = ["table_doc", "column_doc"]

SCENARIOS = os.path.abspath(sys.argv.pop(1))


def objects(database, kind):
    """The tables, views or indexes."""
    sql = "SELECT name FROM sqlite_master WHERE type = ? AND name NOT LIKE 'sqlite%' ORDER BY name"
    return [name for (name,) in database.execute(sql, (kind,))]


def rows_by_run(database, name):
    """The rows of a table or view, without run_id, by run_id."""
    answer = database.execute(f'SELECT * FROM "{name}"')
    place = [column[0] for column in answer.description].index("run_id")
    found = collections.defaultdict(list)
    for row in answer:
        found[row[place]].append((*row[:place], *row[place + 1 :]))
    return {run: sorted(rows, key=repr) for run, rows in found.items()}


class Merge(SweepTest):
    def setUp(self):
        super().setUp()
        # Two runs, of very different tables; three of scenarios; one.
        self.run_program(PROGRAM, "a.db", "--profile=nat-gateway", "--flows=60")
        self.run_program(PROGRAM, "a.db", "--profile=ananta", "--flows=60", "--RngRun=7")
        self.run_program(PROGRAM, "c.db", "--flows=20")

    def open(self, name):
        database = sqlite3.connect(self.folder / name)
        self.addCleanup(database.close)
        return database

    def change(self, name, sql):
        with self.open(name) as database:
            database.execute(sql)

    def assert_refused(self, arguments, *texts):
        """One line on standard error, and no new file."""
        before = sorted(os.listdir(self.folder))
        result = self.merge(*arguments)
        self.assert_ends(result, 1, *texts)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        self.assertEqual(sorted(os.listdir(self.folder)), before)

    def test_every_row_of_tables_and_views_is_there_under_a_new_number(self):
        self.run_program(SCENARIOS, "b.db")
        result = self.merge("all.db", "a.db", "b.db", "c.db")
        self.assert_ends(result, 0, "all.db: 6 runs of 3 databases")
        merged = self.open("all.db")
        numbers = merged.execute("SELECT run_id FROM run").fetchall()
        self.assertEqual(numbers, [(number,) for number in range(1, 7)])
        self.assertEqual(merged.execute("PRAGMA foreign_key_check").fetchall(), [])
        self.assertEqual(merged.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        offset = 0
        for name, runs in [("a.db", 2), ("b.db", 3), ("c.db", 1)]:
            source = self.open(name)
            for kind in ["table", "view", "index"]:
                self.assertEqual(objects(source, kind), objects(merged, kind))
            for table in objects(source, "table") + objects(source, "view"):
                if table in DOCUMENTATION:
                    continue
                with self.subTest(file=name, table=table):
                    single, all_runs = rows_by_run(source, table), rows_by_run(merged, table)
                    for run in range(1, runs + 1):
                        expected = single.get(run, [])
                        self.assertEqual(all_runs.get(run + offset, []), expected)
            offset += runs

    def test_the_merged_file_is_a_trace_database(self):
        self.merge("all.db", "a.db", "c.db")
        merged, single = self.open("all.db"), self.open("a.db")
        documents = [f"SELECT * FROM {table}" for table in DOCUMENTATION]
        for query in ["PRAGMA application_id", "PRAGMA user_version", *documents]:
            self.assertEqual(merged.execute(query).fetchall(), single.execute(query).fetchall())
        self.assertGreater(merged.execute("SELECT COUNT(*) FROM sqlite_stat1").fetchone()[0], 20)
        # The module adds a run to it, and it can be merged again.
        self.run_program(PROGRAM, "all.db", "--flows=3")
        self.assertEqual(merged.execute("SELECT MAX(run_id) FROM run").fetchone(), (4,))
        self.run_program(PROGRAM, "d.db", "--flows=4")
        self.assert_ends(self.merge("more.db", "d.db", "all.db"), 0, "5 runs of 2")

    def test_all_tables_but_the_documentation_belong_to_runs(self):
        database = self.open("a.db")
        tables = read_tables(database, "main")
        others = [table for table in tables if not merge.belongs_to_run(database, table)]
        self.assertEqual(others, DOCUMENTATION)
        self.assertGreater(len(tables), 30)

    def test_what_a_program_recorded_itself_is_not_overwritten(self):
        given = {"flows": "1e0", "ns3::Attribute": "x"}
        merge.merge(self.folder / "all.db", [merge.Source(self.folder / "c.db", given)])
        rows = dict(self.open("all.db").execute("SELECT name, value FROM run_parameter"))
        before = dict(self.open("c.db").execute("SELECT name, value FROM run_parameter"))
        self.assertEqual(rows, {**before, "ns3::Attribute": "x"})
        self.assertIn("flows", before)

    def test_a_run_is_merged_once(self):
        shutil.copy(self.folder / "c.db", self.folder / "copy.db")
        self.assert_refused(["all.db", "c.db", "a.db", "c.db"], "c.db: run 1 is in c.db too")
        self.assert_refused(["all.db", "c.db", "copy.db"], "copy.db: run 1 is in c.db too")
        self.merge("all.db", "a.db", "c.db")
        self.assert_refused(["more.db", "all.db", "c.db"], "c.db: run 1 is in all.db too")

    def test_a_run_that_was_cut_off_is_refused_or_kept_as_it_is(self):
        self.change("a.db", "UPDATE run SET status = 'running' WHERE run_id = 2")
        self.assert_refused(["all.db", "c.db", "a.db"], "a.db: run 2 is 'running', not finished")
        self.assert_ends(self.merge("--unfinished=keep", "all.db", "c.db", "a.db"), 0, "3 runs")
        statuses = self.open("all.db").execute("SELECT status FROM run ORDER BY run_id").fetchall()
        self.assertEqual(statuses, [("finished",), ("finished",), ("running",)])

    def test_what_is_not_of_the_same_kind_is_refused(self):
        self.assert_refused(["c.db", "a.db"], "c.db: is there already")
        self.assert_refused(["all.db", "a.db", "none.db"], "none.db: there is no such database")
        (self.folder / "text.db").write_text("This is a text, and no database.\n" * 99)
        self.assert_refused(["all.db", "a.db", "text.db"], "text.db: is not a database")
        self.change("other.db", "CREATE TABLE t (i)")
        self.assert_refused(["all.db", "a.db", "other.db"], "other.db: is the database of")
        self.change("c.db", "PRAGMA user_version = 4")
        self.assert_refused(["all.db", "a.db", "c.db"], "c.db: has version 4 of the tables, others")
        self.change("c.db", "PRAGMA user_version = 999")
        self.assert_refused(["all.db", "c.db"], "c.db: has version 999 of the tables, but this")

    def test_other_tables_or_documents_of_the_same_version_are_refused(self):
        self.change("c.db", "UPDATE column_doc SET unit = 'ms' WHERE column_name = 'time_ns'")
        self.assert_refused(["all.db", "a.db", "c.db"], "c.db: has another row", "column_doc")
        self.run_program(PROGRAM, "d.db", "--flows=2")
        self.change("d.db", "ALTER TABLE flow ADD COLUMN color TEXT")
        self.assert_refused(["all.db", "a.db", "d.db"], "d.db: its table flow is not that")
        self.run_program(PROGRAM, "e.db", "--flows=2")
        self.change("e.db", "CREATE TABLE mine (run_id INTEGER, note TEXT)")
        self.assert_refused(["all.db", "e.db"], "mine has a run_id, but no foreign key")


if __name__ == "__main__":
    unittest.main()
