#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""A report tells what is in the database, and nothing of it becomes part of the page's code.

report.py PORT-EXHAUSTION
"""

import html
import os
import re
import signal
import sqlite3
import subprocess
import time
import unittest

from common import PROGRAM, UTILS, ToolTest

from azure_page import words
from azure_page.reading import make_cell, make_heading
from azure_trace import schema
from azure_trace.errors import UsageError
from azure_trace.quantity import read_quantity
from azure_trace.runs import choose_runs

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def change(path, *statements):
    with sqlite3.connect(path) as database:
        for sql, *values in statements:
            database.execute(sql, values)
    database.close()


def body(page):
    """The page without its head, and without the scripts at its end."""
    return page[page.index("<body>") : page.index("<script>")]


def texts(page):
    """The page's texts without its elements, one a line."""
    rest = re.sub(r"<svg.*?</svg>", "", body(page), flags=re.DOTALL)
    lines = html.unescape(re.sub(r"<[^>]*>", "\n", rest)).splitlines()
    return [line.strip().replace(words.THIN, " ") for line in lines if line.strip()]


class Report(ToolTest):
    def setUp(self):
        super().setUp()
        # 20 flows at once to one destination, for which there are 8 ports: 12 get none.
        self.database = self.run_program(PROGRAM, "a.db", "--flows=20", "--allocatedPorts=8")

    def report(self, *arguments, **options):
        return self.call("azure-report.py", *arguments, **options)

    def page(self, *arguments):
        result = self.report(*arguments)
        self.assert_ends(result, 0)
        self.assertEqual(result.stderr, "")
        return (self.folder / result.stdout.strip()).read_text(encoding="utf-8")

    def assert_refused(self, arguments, *said, status=1):
        """One line, and no file or folder more than before."""
        before = sorted(os.listdir(self.folder))
        result = self.report(*arguments)
        self.assert_ends(result, status, *said)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        self.assertTrue(result.stderr.startswith("azure-net: "), result.stderr)
        self.assertEqual(sorted(os.listdir(self.folder)), before)

    def figure(self, page, label):
        """A key figure and its note."""
        lines = texts(page)
        place = lines.index(label, lines.index("What was run"))
        return lines[place + 1 : place + 3]

    def test_key_figures_are_those_of_the_run(self):
        page = self.page("a.db")
        self.assertEqual(self.figure(page, "Flows attempted")[0], "20")
        self.assertEqual(self.figure(page, "Established"), ["8", "40.0 % of attempted"])
        self.assertEqual(
            self.figure(page, "Refused share"), ["60.0 %", "12 flows never got a SNAT port"]
        )
        self.assertEqual(self.figure(page, "Peak ports of a VM"), ["8", "of 8 that it had"])
        self.assertEqual(self.figure(page, "Status")[0], "finished")

    def test_ports_of_a_nat_gateway_are_not_told_to_be_a_vms(self):
        self.run_program(PROGRAM, "b.db", "--profile=nat-gateway", "--vms=2", "--activeVms=2")
        self.assertEqual(
            self.figure(self.page("b.db"), "Peak ports of a NAT gateway"),
            ["2 200", "of 64 512 that it had"],
        )

    def test_tables_have_the_rows_of_their_queries(self):
        page = self.page("a.db")
        lines = texts(page)
        self.assertEqual(lines.count("no-snat-port"), 1)
        query = r'<pre class="sql" tabindex="0"><code>(SELECT.*?|WITH.*?);</code>'
        queries = re.findall(query, page, flags=re.DOTALL)
        tables = re.findall(r"<tbody>(.*?)</tbody>", body(page), flags=re.DOTALL)
        self.assertEqual(len(queries), len(tables))
        self.assertGreater(len(queries), 5)
        for query, table in zip(queries, tables):
            rows = self.query(self.database, html.unescape(query))
            self.assertEqual(table.count("<tr>"), len(rows), query)

    def test_the_same_database_gives_the_same_bytes(self):
        self.page("a.db", "--out=one")
        self.page("a.db", "--out=two")
        for one in sorted((self.folder / "one").rglob("*.*")):
            two = self.folder / "two" / one.relative_to(self.folder / "one")
            self.assertEqual(one.read_bytes(), two.read_bytes(), one)
        plots = sorted(path.suffix for path in (self.folder / "one" / "plots").iterdir())
        self.assertGreater(len(plots), 5)
        self.assertEqual(plots.count(".svg"), plots.count(".csv"))
        self.assertEqual(plots.count(".svg"), plots.count(".pdf"))

    def test_every_link_leads_somewhere(self):
        page = self.page("a.db")
        for link in re.findall(r'<a [^>]*href="([^"]*)"', page):
            if link.startswith("#"):
                self.assertIn(f'id="{link[1:]}"', page)
            else:
                self.assertTrue((self.folder / "a-report" / link).is_file(), link)

    def test_texts_of_the_database_stay_texts(self):
        change(
            self.database,
            ("INSERT INTO run_parameter VALUES (1, ?, ?)", EVIL, EVIL),
            ("UPDATE run SET program = ?, scenario = ?", EVIL, EVIL),
            ("UPDATE node SET name = name || ?", EVIL),
        )
        page = self.page("a.db")
        self.assertNotIn("<script>alert", page)
        self.assertNotIn("<img", page)
        self.assertGreater(texts(page).count(EVIL), 3)
        self.assertEqual(page.count("</script>"), 3)

    def test_a_swept_parameter_may_have_any_name(self):
        self.run_program(PROGRAM, "a.db", "--flows=5")
        for run, value in [(1, "x"), (2, "y")]:
            change(self.database, ("INSERT INTO run_parameter VALUES (?, ?, ?)", run, EVIL, value))
        self.assertIn(EVIL, texts(self.page("a.db")))

    def test_runs_that_are_not_complete_are_pointed_out(self):
        self.assertNotIn("Not complete.", texts(self.page("a.db")))
        change(
            self.database,
            (
                "UPDATE run SET status = 'running', end_time_ns = NULL, wall_finished_utc = NULL, "
                "wall_duration_ms = NULL",
            ),
        )
        lines = texts(self.page("a.db"))
        place = lines.index("Not complete.")
        self.assertIn("This run was cut off", lines[place + 1])

    def test_many_runs_are_compared(self):
        for ports in range(16, 16 * 14, 16):
            self.run_program(PROGRAM, "a.db", "--flows=40", f"--allocatedPorts={ports}")
        page = self.page("a.db")
        lines = texts(page)
        self.assertIn("port-exhaustion, 14 runs", lines)
        self.assertEqual(self.figure(page, "allocatedPorts"), ["8 \u2026 208", "14 values"])
        # With 48 ports and more there is one for each flow: refused are 60 %, then 60, 20, 0, ...
        self.assertEqual(self.figure(page, "First refusal")[1], "in 3 of 14 runs")
        self.assertNotIn("Refused packets", lines)
        detailed = texts(self.page("a.db", "--runs=2-3,14", "--out=some"))
        self.assertIn("port-exhaustion, 3 runs", detailed)
        self.assertIn("Refused packets", detailed)

    def test_long_tables_are_capped_and_say_so(self):
        self.run_program(PROGRAM, "a.db", "--flows=700", "--allocatedPorts=8")
        lines = texts(self.page("a.db", "--runs=2"))
        self.assertIn("The first 500 of 692 rows; the query below gives all.", lines)

    def test_what_is_no_database_of_this_version_is_refused(self):
        (self.folder / "text.db").write_text("no database\n" * 99)
        (self.folder / "empty.db").write_text("")
        cut = self.folder / "cut.db"
        cut.write_bytes(self.database.read_bytes()[:-4096])
        change(self.folder / "foreign.db", ("CREATE TABLE t (i)",))
        self.assert_refused(["none.db"], "none.db: there is no such database")
        self.assert_refused(["text.db"], "text.db: is not a database")
        self.assert_refused(["empty.db"], "empty.db: the file is empty")
        self.assert_refused(["cut.db"], "cut.db: is cut off after")
        self.assert_refused(["foreign.db"], "foreign.db: is the database of another program")
        for version, text in [(-1, "to convert it"), (1, "take a newer azure-net")]:
            change(self.database, (f"PRAGMA user_version = {schema.version() + version}",))
            self.assert_refused(["a.db"], "a.db: has version", text)

    def test_a_database_without_runs_is_refused(self):
        change(self.database, ("PRAGMA foreign_keys = OFF",), ("DELETE FROM run",))
        self.assert_refused(["a.db"], "the database has no runs")

    def test_wrong_runs_are_refused(self):
        for text in ["", "x", "3-2", "1;2"]:
            self.assert_refused(["a.db", f"--runs={text}"], "runs: ", "is not allowed", status=2)
        self.assert_refused(["a.db", "--runs=2"], "runs: '2' is not allowed", status=2)

    def test_only_reports_are_replaced(self):
        self.page("a.db")
        (self.folder / "a-report" / "plots" / "old.svg").write_text("from before")
        self.page("a.db")
        self.assertFalse((self.folder / "a-report" / "plots" / "old.svg").exists())
        self.assertEqual(sorted(os.listdir(self.folder)), ["a-report", "a.db"])
        notes = self.folder / "a-report" / "notes.txt"
        notes.write_text("mine")
        self.assert_refused(["a.db"], "a-report: has notes.txt, which no report wrote")
        self.assertEqual(notes.read_text(), "mine")
        (self.folder / "web").mkdir()
        (self.folder / "web" / "index.html").write_text("<p>mine</p>")
        self.assert_refused(["a.db", "--out=web"], "web: has index.html")
        self.assert_refused(["a.db", "--out=no/where"], "no: there is no such folder")
        self.assert_refused(["a.db", "--out=a.db"], "a.db: is there already and no folder")
        for name in (".", "web/.."):
            self.assert_refused(["a.db", f"--out={name}"], "give the name of a folder", status=2)

    def test_a_signal_leaves_nothing(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            before = sorted(os.listdir(self.folder))
            command = ["/usr/bin/python3", str(UTILS / "azure-report.py"), "a.db"]
            with subprocess.Popen(command, cwd=self.folder, stderr=subprocess.PIPE) as report:
                while report.poll() is None and sorted(os.listdir(self.folder)) == before:
                    time.sleep(0.005)
                report.send_signal(number)
                said = report.communicate(timeout=60)[1]
            self.assertEqual((report.returncode, said), (128 + number, b""))
            self.assertEqual(sorted(os.listdir(self.folder)), before)

    def test_a_name_may_be_no_utf8(self):
        name = os.fsdecode(b"l\xfct")
        os.rename(self.database, self.folder / f"{name}.db")
        result = self.report(f"{name}.db", errors="surrogateescape")
        self.assert_ends(result, 0, f"{name}-report/index.html")
        page = (self.folder / f"{name}-report" / "index.html").read_text(encoding="utf-8")
        self.assertIn("l?t.db", page)


class Words(unittest.TestCase):
    def test_numbers(self):
        shown = {
            words.group(1234567): "1 234 567",
            words.percent(0.0): "0 %",
            words.percent(0.01): "< 0.1 %",
            words.percent(99.99): "> 99.9 %",
            words.percent(31.25): "31.2 %",
            words.seconds(35_003_957_534): "35 s",
            words.seconds(20_100_000): "20.1 ms",
            words.duration(3725): "1 h 2 min",
            words.significant(0.0123456): "0.01235",
        }
        for text, expected in shown.items():
            self.assertEqual(text.replace(words.THIN, " "), expected)

    def test_values_of_parameters_are_compared_as_quantities(self):
        self.assertEqual(words.span(["500ms", "2s", "1min"]), "500ms \u2026 1min")
        self.assertEqual(words.span(["tcp", "udp"]), "tcp, udp")
        self.assertIsNone(read_quantity("2018[FinHold=30s]"))

    def test_cells_are_sorted_by_what_is_exact(self):
        self.assertEqual(make_cell(1_234_567_891, "time_ns", "ns").order, "1234567891")
        self.assertEqual(make_cell(1_234_567_891, "time_ns", "ns").text, "1.235")
        self.assertEqual(make_cell(20_100_000, "p50_latency_ns", "ns").text, "20.100")
        self.assertEqual(make_cell(None, "time_ns", "ns").order, "")
        self.assertEqual(make_heading("first_refusal_time_ns"), "first refusal")
        self.assertEqual(make_heading("port_seconds"), "port seconds")

    def test_runs_are_named_by_numbers_and_ranges(self):
        known = [1, 2, 4, 5, 6, 9]
        self.assertEqual(choose_runs("4-6,1,5", known), [1, 4, 5, 6])
        self.assertEqual(choose_runs("2-6", known), [2, 4, 5, 6])
        for text, allowed in [
            ("1,,2", "as 3 or 1,4-9"),
            ("3", "that there are: 1-2, 4-6, 9"),
            ("1-999999999", "that there are: 1-2, 4-6, 9"),
        ]:
            with self.assertRaisesRegex(UsageError, allowed):
                choose_runs(text, known)


if __name__ == "__main__":
    unittest.main()
