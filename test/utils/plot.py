#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""./azure-net plot draws what the query gives, the same each time, and refuses what it cannot draw.

plot.py PORT-EXHAUSTION
"""

import csv
import hashlib
import io
import math
import re
import subprocess
import unittest

from common import PROGRAM, UTILS, SweepTest

REPEATED = """
SELECT column1 AS rate_per_s, column2 AS refused_percent
FROM (VALUES (10, 1), (10, 2), (10, 3), (20, 4), (20, 8), (40, 5))"""

SPIKE = """
WITH RECURSIVE point(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM point WHERE n < 99999)
SELECT n / 1000.0 AS time_s, CASE n WHEN 31415 THEN 77 WHEN 27182 THEN -5 ELSE n % 3 END AS ports
FROM point"""


class PlotCommand(SweepTest):
    def setUp(self):
        super().setUp()
        options = ["--flows=60", "--allocatedPorts=40", "--arrival=poisson", "--rate=20"]
        command = [PROGRAM, *options, "--db=a.db"]
        subprocess.run(command, cwd=self.folder, stdout=subprocess.DEVNULL, check=True)

    def plot(self, *arguments):
        return subprocess.run(
            ["/usr/bin/python3", str(UTILS / "azure-plot.py"), "a.db", *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )

    def draw(self, *arguments, out="out.csv"):
        """The file that is written, as text."""
        result = self.plot(*arguments, f"--out={out}")
        self.assert_ends(result, 0)
        self.assertEqual(result.stdout + result.stderr, "")
        return (self.folder / out).read_text(encoding="utf-8")

    def draw_rows(self, *arguments):
        return list(csv.DictReader(io.StringIO(self.draw(*arguments))))

    def assert_refused(self, status, arguments, *texts):
        """One line on standard error, and no new file."""
        before = sorted(path.name for path in self.folder.iterdir())
        result = self.plot(*arguments)
        self.assert_ends(result, status, "azure-net: ", *texts)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), before)

    def test_the_numbers_are_those_of_the_query(self):
        query = (
            "SELECT time_ns, public_port, stage FROM snat_port_event "
            "ORDER BY public_port, snat_port_event_id"
        )
        options = ["--kind=scatter", "--x=time_ns", "--y=public_port", "--by=stage"]
        rows = self.draw_rows(query, *options)
        found = [(r["stage"], float(r["time_ns"]), float(r["public_port"])) for r in rows]
        expected = self.query(self.folder / "a.db", query)
        self.assertGreater(len(expected), 40)
        self.assertEqual(found, [(stage, time, port) for time, port, stage in expected])

    def test_several_columns_are_told_apart(self):
        query = "SELECT 1 AS second, 5 AS a, 6 AS b UNION ALL SELECT 2, 7, NULL"
        rows = self.draw_rows(query, "--x=second", "--y=a,b")
        found = [tuple(row.values()) for row in rows]
        self.assertEqual(found, [("a", "1.0", "5.0"), ("a", "2.0", "7.0"), ("b", "1.0", "6.0")])
        self.assertEqual(list(rows[0]), ["column", "second", "value"])

    def test_a_band_is_students(self):
        rows = self.draw_rows(REPEATED, "--kind=band", "--x=rate_per_s", "--y=refused_percent")
        found = [[float(row[name] or "nan") for name in row] for row in rows]
        # Of 1, 2, 3: s = 1, n = 3, t = 4.303 for 2 degrees of freedom; of 4, 8: s = sqrt(8), n = 2,
        # t = 12.706 for 1; of one value nothing is known.
        expected = [
            (10, 3, 2, 4.302653 * 1 / math.sqrt(3)),
            (20, 2, 6, 12.706205 * math.sqrt(8) / math.sqrt(2)),
        ]
        for row, numbers in zip(found, expected):
            for value, number in zip(row, numbers):
                self.assertAlmostEqual(value, number, places=4)
        self.assertEqual(found[2][:3], [40, 1, 5])
        self.assertTrue(math.isnan(found[2][3]))
        self.assertEqual(list(rows[0])[0], "rate_per_s")

    def test_a_distribution_has_the_part_of_all_at_or_below(self):
        query = "SELECT column1 AS v FROM (VALUES (3), (1), (3), (9))"
        rows = self.draw_rows(query, "--kind=cdf", "--x=v")
        found = [tuple(map(float, row.values())) for row in rows]
        self.assertEqual(found, [(1, 25), (3, 75), (9, 100)])

    def test_cells_have_means_and_empty_ones_stay_empty(self):
        query = (
            "SELECT column1 AS rate, column2 AS hold, column3 AS share "
            "FROM (VALUES (1, 'a', 2), (1, 'a', 4), (2, 'a', 5), (2, 'b', 6))"
        )
        options = [query, "--kind=heatmap", "--x=rate", "--by=hold", "--y=share"]
        found = [tuple(row.values()) for row in self.draw_rows(*options)]
        expected = [("a", "1.0", "2", "3.0"), ("a", "2.0", "1", "5.0"), ("b", "2.0", "1", "6.0")]
        self.assertEqual(found, expected)
        texts = self.draw(*options, out="out.svg")
        for text in ["Rate", "Hold", "Share"]:
            self.assertIn(f"<!-- {text} -->", texts)

    def test_long_lines_keep_their_peaks(self):
        rows = self.draw_rows(SPIKE, "--x=time_s", "--y=ports")
        found = {(float(row["time_s"]), float(row["ports"])) for row in rows}
        self.assertLess(len(rows), 2000)
        self.assertLessEqual({(31.415, 77.0), (27.182, -5.0), (0.0, 0.0), (99.999, 0.0)}, found)

    def test_a_logarithmic_axis_has_the_values_of_a_sweep(self):
        values = "SELECT column1 AS rate, 1 AS ports FROM (VALUES (3), (7), (30), (250), (251))"
        svg = self.draw(values, "--x=rate", "--y=ports", "--log-x", out="out.svg")
        found = re.findall(r"<!-- ([0-9,]+) -->", svg)
        self.assertEqual(found[:4], ["3", "7", "30", "250"])  # 251 would touch 250
        many = "SELECT snat_port_event_id AS rate, 1 AS ports FROM snat_port_event"
        svg = self.draw(many, "--x=rate", "--y=ports", "--log-x", out="out.svg")
        self.assertIn("<!-- 10 -->", svg)
        wide = "SELECT 1 AS a, 10000000 AS b UNION ALL SELECT 2, 1"
        svg = self.draw(wide, "--x=a", "--y=b", "--log-y", out="out.svg")
        self.assertIn("<!-- 10,000,000 -->", svg)

    def test_dollars_are_no_formulas(self):
        options = ["SELECT 1 AS a, 2 AS b", "--x=a", "--y=b", "--title=$5, $\\frac$ and \u4e2d"]
        self.assertIn("<!-- $5, $\\frac$ and \u4e2d -->", self.draw(*options, out="out.svg"))

    def test_axes_have_names_and_units(self):
        query = "SELECT time_ns, ports_in_use, 1.5 AS lead_percent FROM snat_port_event"
        svg = self.draw(query, "--x=time_ns", "--y=ports_in_use", "--title=A title", out="out.svg")
        for text in ["Time (s)", "Ports in use", "A title"]:
            self.assertIn(f"<!-- {text} -->", svg)
        # Ticks are in seconds too: the last flows end after 240 s, which are 2.4e11 ns.
        self.assertIn("<!-- 200 -->", svg)
        self.assertNotIn("e11", svg)
        svg = self.draw(query, "--x=time_ns", "--y=lead_percent", out="out.svg")
        self.assertIn("<!-- Lead (%) -->", svg)
        svg = self.draw(
            query, "--x=time_ns", "--y=ports_in_use", "--x-label=T/s", "--y-label=n", out="out.svg"
        )
        self.assertIn("<!-- T/s -->", svg)
        self.assertIn("<!-- n -->", svg)

    def test_each_kind_and_ending_gives_the_same_bytes_each_time(self):
        options = {
            "line": ["--x=time_s", "--y=ports"],
            "step": ["--x=time_s", "--y=ports"],
            "cdf": ["--x=ports"],
        }
        for kind, columns in options.items():
            for ending, begin in [("svg", b"<?xml"), ("pdf", b"%PDF"), ("png", b"\x89PNG")]:
                with self.subTest(kind=kind, ending=ending):
                    contents = set()
                    for name in [f"a.{ending}", f"b.{ending}"]:
                        result = self.plot(SPIKE, f"--kind={kind}", *columns, f"--out={name}")
                        self.assert_ends(result, 0)
                        contents.add((self.folder / name).read_bytes())
                    self.assertEqual(len(contents), 1)
                    self.assertTrue(contents.pop().startswith(begin))

    def test_a_view_is_drawn_whole_and_the_database_stays_as_it_is(self):
        before = hashlib.sha256((self.folder / "a.db").read_bytes()).hexdigest()
        rows = self.draw_rows("--view=v_port_usage", "--x=time_ns", "--y=ports_allocated")
        expected = self.query(self.folder / "a.db", "SELECT COUNT(*) FROM v_port_usage")
        self.assertEqual([(len(rows),)], expected)
        after = hashlib.sha256((self.folder / "a.db").read_bytes()).hexdigest()
        self.assertEqual(before, after)
        names = sorted(path.name for path in self.folder.iterdir())
        self.assertEqual(names, ["a.db", "out.csv"])

    def test_what_cannot_be_drawn_is_refused_in_one_line(self):
        two = "SELECT 1 AS a, 'x' AS word, NULL AS none, -1 AS below"
        good = ["--x=a", "--y=a", "--out=o.svg"]
        for status, arguments, text in [
            (2, [two, "--x=c", "--y=a", "--out=o.svg"], "x: 'c' is not allowed; give a column"),
            (2, [two, "--x=a", "--y=a,c", "--out=o.svg"], "y: 'c' is not allowed"),
            (2, [two, "--x=a", "--y=a", "--by=c", "--out=o.svg"], "by: 'c' is not allowed"),
            (1, [two, "--x=a", "--y=word", "--out=o.svg"], "y: column 'word' has 'x' where"),
            (1, [two, "--x=word", "--y=a", "--out=o.svg"], "x: column 'word' has 'x' where"),
            (1, [two, "--x=a", "--y=none", "--out=o.svg"], "query: all rows have NULL"),
            (1, [two + " WHERE 0", *good], "query: answers no rows"),
            (1, [two, "--log-y", "--x=a", "--y=below", "--out=o.svg"], "there is the value -1"),
            (2, [two, "--kind=pie", *good], "kind: 'pie' is not allowed; give line, step"),
            (2, [two, "--kind=bar", "--log-y", *good], "log-y: 'bar' is not allowed"),
            (2, [two, "--kind=cdf", *good], "y: 'a' is not allowed; give none with --kind=cdf"),
            (2, [two, "--kind=heatmap", *good], "kind: 'heatmap' is not allowed"),
            (2, [two, "--x=a", "--out=o.svg"], "y: '' is not allowed"),
            (2, [two, "--x=a", "--y=a", "--out=o.gif"], "out: 'o.gif' is not allowed; give a name"),
            (1, [two, "--x=a", "--y=a", "--out=no/o.svg"], "no/o.svg: there is no folder no"),
            (2, [two, "--x=a", "--y=a"], "required: --out"),
            (2, [two, "--view=v_fairness", *good], "query: give either a query in SQL or --view"),
            (2, good, "query: give either a query in SQL or --view"),
            (2, ["--view=v_none", *good], "view: 'v_none' is not allowed; give one of v_"),
            (1, ["SELECT", *good], "query: "),
            (1, ["SELECT * FROM flows", *good], "is flow meant?"),
            (1, ["DELETE FROM flow", *good], "query: attempt to write a readonly database"),
            (1, [two + "; " + two, *good], "query: You can only execute one statement at a time"),
        ]:
            with self.subTest(arguments=arguments):
                self.assert_refused(status, arguments, text)

    def test_bars_are_one_for_each_word(self):
        query = "SELECT 'a' AS word, 1 AS n UNION ALL SELECT 'a', 2"
        options = ["--kind=bar", "--x=word", "--y=n", "--out=o.svg"]
        self.assert_refused(1, [query, *options], "query: has several rows for one bar")

    def test_a_file_that_was_there_stays_until_the_new_one_is_whole(self):
        self.draw("SELECT 1 AS a", "--x=a", "--y=a", out="out.svg")
        before = (self.folder / "out.svg").read_bytes()
        result = self.plot("SELECT 'x' AS a", "--x=a", "--y=a", "--out=out.svg")
        self.assert_ends(result, 1)
        self.assertEqual((self.folder / "out.svg").read_bytes(), before)


if __name__ == "__main__":
    unittest.main()
