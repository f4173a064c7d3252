#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""What ranks wrote becomes the run of one process; what are not all ranks of a run is refused.

merge-ranks.py DISTRIBUTED-POOL.  No MPI is needed: the run of one process is dealt to three ranks.
"""

import math
import shutil
import sqlite3
import subprocess
import unittest

from common import PROGRAM, UTILS, SweepTest

from azure_sweep.ranks import find_time, in_time
from azure_trace.database import read_columns, read_tables

OPTIONS = [
    "--vms=4",
    "--vmsPerHost=2",
    "--flows=10",
    "--profile=2017[AllocatedPorts=8]",
    "--stop=1s",
]


class MergeRanks(SweepTest):
    """VMs 0 and 1 are rank 1's, 2 and 3 rank 2's."""

    def setUp(self):
        super().setUp()
        self.simulate("one.db")
        self.paths = [self.deal(rank) for rank in range(3)]

    def simulate(self, name, *options):
        command = [PROGRAM, *OPTIONS, f"--db={name}", *options]
        subprocess.run(command, cwd=self.folder, stdout=subprocess.DEVNULL, check=True)

    def deal(self, rank, name="one.db"):
        """A copy of a database with what one of the ranks would have written."""
        path = self.folder / f"{name}.rank{rank}.db"
        shutil.copy(self.folder / name, path)
        self.change(path, "UPDATE run_parameter SET value = 3 WHERE name = 'ranks'")
        self.change(path, f"UPDATE run_parameter SET value = {rank} WHERE name = 'rank'")
        owner = "(network_interface_id + 1) / 2"  # interfaces 1 and 2 of rank 1, 3 and 4 of rank 2
        with sqlite3.connect(path) as database:
            tables = read_tables(database, "main")
            columns = {table: read_columns(database, table) for table in tables}
            events = [table for table in tables if find_time(database, table) is not None]
        for table in ["flow", *events]:
            if table == "member_traffic":
                self.change(path, f"UPDATE {table} SET bytes_in = 0 WHERE {owner} != {rank}")
            elif table == "flow_attempt":
                own = f"FROM network_interface WHERE {owner} = {rank}"
                nodes = f"SELECT virtual_machine_node_id {own}"
                self.change(path, f"DELETE FROM {table} WHERE node_id NOT IN ({nodes})")
            elif "network_interface_id" in columns[table] and table != "member_health":
                self.change(path, f'DELETE FROM "{table}" WHERE {owner} != {rank}')
            elif rank > 0:
                self.change(path, f'DELETE FROM "{table}"')
            if table in events:
                self.number(path, table)
        return path

    @staticmethod
    def number(path, table):
        """Numbers what is left of a table's rows from 1, as a rank does."""
        key = f"{table}_id"
        with sqlite3.connect(path) as database:
            rows = database.execute(f'SELECT {key} FROM "{table}" ORDER BY {key}').fetchall()
            numbers = [(number, old) for number, (old,) in enumerate(rows, 1)]
            database.executemany(f'UPDATE "{table}" SET {key} = ? WHERE {key} = ?', numbers)

    @staticmethod
    def change(path, sql):
        with sqlite3.connect(path) as database:
            database.execute(sql)

    def merge_ranks(self, *paths, out="all.db"):
        command = ["/usr/bin/python3", str(UTILS / "azure-merge-ranks.py"), out, *map(str, paths)]
        return subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, check=False
        )

    def read(self, name):
        """All rows of all tables that are of a run, but what says which rank wrote them."""
        with sqlite3.connect(self.folder / name) as database:
            content = {}
            for table in read_tables(database, "main"):
                rows = database.execute(f'SELECT * FROM "{table}"').fetchall()
                content[table] = [row for row in rows if row[1] not in ("rank", "ranks")]
        return content

    def assert_refused(self, paths, *texts):
        result = self.merge_ranks(*paths)
        self.assertEqual(result.returncode, 1, result.stdout)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        for text in texts:
            self.assertIn(text, result.stderr)
        self.assertEqual(list(self.folder.glob("all.db*")), [])

    def test_ranks_together_are_one_process(self):
        # 8 of a VM's 10 connections get a port.
        self.change(self.folder / "one.db", "UPDATE member_traffic SET bytes_in = 7")
        self.paths = [self.deal(rank) for rank in range(3)]
        expected = self.read("one.db")
        self.assertEqual(len(expected["flow"]), 4 * 10)
        self.assertEqual(len(expected["snat_exhaustion"]), 4 * 2)
        self.assertEqual(len(expected["flow_attempt"]), 4 * 10)
        result = self.merge_ranks(self.paths[2], self.paths[0], self.paths[1])
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(result.stdout, "database all.db: 1 run of 3 ranks\n")
        found = self.read("all.db")
        for table in expected.keys() - {"sqlite_stat1"}:
            self.assertEqual(found[table], expected[table], table)

    def test_what_ranks_have_counted_is_added_up(self):
        for rank, path in enumerate(self.paths):
            self.change(path, f"UPDATE member_traffic SET bytes_in = 10 + {rank}")
        self.merge_ranks(*self.paths)
        with sqlite3.connect(self.folder / "all.db") as database:
            found = database.execute("SELECT DISTINCT bytes_in FROM member_traffic").fetchall()
        self.assertEqual(found, [(10 + 11 + 12,)])

    def test_rows_of_a_rank_keep_their_order(self):
        rows = [(1, 1, 5), (1, 2, 3), (1, 3, 7), (1, 4, None), (1, 5, None)]
        times = [5, 5, 7, math.inf, math.inf]
        self.assertEqual(list(in_time(iter(rows), 2)), list(zip(times, rows)))

    def test_attempts_are_in_the_order_in_which_they_were_over_and_those_open_come_last(self):
        # 3 s after the refused attempts of VMs 2 and 3 have failed, those of 0 and 1 are open.
        self.simulate("two.db", "--stop=4s")
        self.change(
            self.folder / "two.db",
            "UPDATE flow_attempt SET ended_time_ns = NULL, outcome = 'open', failure = NULL "
            "WHERE source_address < '10.0.0.6'",
        )
        self.merge_ranks(*(self.deal(rank, "two.db") for rank in range(3)))
        with sqlite3.connect(self.folder / "all.db") as database:
            sql = "SELECT ended_time_ns FROM flow_attempt ORDER BY flow_attempt_id"
            times = [time for (time,) in database.execute(sql)]
        self.assertIn(None, times)
        ended = [time for time in times if time is not None]
        self.assertEqual(len(set(ended)) > 0, True)
        self.assertEqual(times, sorted(ended) + [None] * (len(times) - len(ended)))

    def test_the_file_says_how_many_ranks_there_were(self):
        self.merge_ranks(*self.paths)
        with sqlite3.connect(self.folder / "all.db") as database:
            sql = "SELECT name, value FROM run_parameter WHERE name LIKE 'rank%'"
            self.assertEqual(database.execute(sql).fetchall(), [("ranks", "3")])

    def test_missing_and_doubled_ranks_are_refused(self):
        self.assert_refused(self.paths[:2], "its run has 3 ranks; these are rank 0, 1")
        self.assert_refused([*self.paths, self.paths[1]], "these are rank 0, 1, 1, 2")

    def test_ranks_of_another_run_are_refused(self):
        self.simulate("two.db", "--RngRun=2")
        other = self.deal(2, "two.db")
        self.assert_refused([*self.paths[:2], other], "two.db.rank2.db: is of another run")

    def test_another_topology_is_refused(self):
        self.change(self.paths[1], "UPDATE node SET name = 'strange' WHERE node_id = 3")
        self.assert_refused(self.paths, "one.db.rank1.db: has another row", "of node")

    def test_rows_that_a_rank_does_not_have_are_refused(self):
        self.change(self.paths[2], "DELETE FROM member_traffic WHERE network_interface_id = 4")
        self.assert_refused(self.paths, "has other rows of member_traffic than the other ranks")

    def test_rows_of_interfaces_that_are_not_there_are_refused(self):
        self.change(self.paths[1], "UPDATE snat_port_event SET network_interface_id = 99")
        text = "a row of snat_port_event refers to no row of network_interface"
        self.assert_refused(self.paths, text)

    def test_unfinished_ranks_are_refused(self):
        self.change(self.paths[1], "UPDATE run SET status = 'running'")
        self.assert_refused(self.paths, "one.db.rank1.db: has not one finished run")

    def test_databases_of_no_rank_are_refused(self):
        self.change(self.paths[1], "DELETE FROM run_parameter WHERE name = 'rank'")
        self.assert_refused(self.paths, "one.db.rank1.db: its run has no parameter rank")
        self.assert_refused([self.folder / "none.db"], "none.db: there is no such database")

    def test_a_file_that_is_there_stays(self):
        before = (self.folder / "one.db").read_bytes()
        result = self.merge_ranks(*self.paths, out="one.db")
        self.assertEqual(result.returncode, 1)
        self.assertIn("one.db: is there already", result.stderr)
        self.assertEqual((self.folder / "one.db").read_bytes(), before)


if __name__ == "__main__":
    unittest.main()
