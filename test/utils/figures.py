#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""The plots of a report show what is in the database; lines keep peaks; colors follow the page.

figures.py PORT-EXHAUSTION
"""

import contextlib
import random
import re
import sqlite3
import subprocess
import unittest
import xml.etree.ElementTree

import numpy
import pandas

from common import PROGRAM, SweepTest

from azure_report import output, style
from azure_report.panels import shorten
from azure_report.parameters import read_parameter
from azure_report.plots import make_plots
from azure_report.port_panels import STROKES, draw_panels
from azure_report.statistics import half_width, percentile, student_t_bound
from azure_report.steps import BINS, StepLine, thin_out
from azure_trace.database import open_database

ERLANG = ["--allocatedPorts=20", "--arrival=poisson", "--hold=exponential:2s", "--finHold=1s"]


class Laws(unittest.TestCase):
    def test_students_bounds_are_those_of_tables(self):
        for degrees, bound in [(1, 12.706), (2, 4.303), (4, 2.776), (9, 2.262), (30, 2.042)]:
            self.assertAlmostEqual(student_t_bound(degrees), bound, places=3)
        # Of 2, 4, 6: s = 2, so half is 4.303 * 2 / sqrt(3).
        self.assertAlmostEqual(half_width([2, 4, 6]), 4.9683, places=3)

    def test_percentiles_are_nearest_ranks(self):
        ordered = numpy.arange(1, 201)
        found = [percentile(ordered, percent) for percent in (50, 90, 99, 100)]
        self.assertEqual(found, [100, 180, 198, 200])
        self.assertEqual(percentile(numpy.array([7]), 50), 7)

    def test_step_lines_keep_least_and_greatest_of_each_bin_and_the_end(self):
        source = random.Random(1)
        steps = [(time, source.randrange(1000)) for time in range(0, 100_000, 3)]
        bin_ns = 100_000 // BINS
        line = StepLine(bin_ns)
        for step in steps:
            line.add(*step)
        points = list(line.points(200_000))
        self.assertLessEqual(len(points), 4 * (BINS + 1) + 1)
        self.assertLessEqual(set(points[:-1]), set(steps))
        self.assertEqual(points, sorted(points))
        self.assertEqual(points[-1], (200_000, points[-2][1]))
        for pick in (min, max):
            for begin in range(0, 100_000, bin_ns):
                span = range(begin, begin + bin_ns)
                found = [[v for t, v in some if t in span] for some in (steps, points)]
                self.assertEqual(pick(found[0]), pick(found[1]))

    def test_lines_keep_peaks_and_short_ones_all(self):
        x, y = numpy.arange(50_000.0), numpy.zeros(50_000)
        y[12_345], y[23_456] = 9, -9
        kept = thin_out(x, y)
        self.assertLessEqual({0, 12_345, 23_456, 49_999}, set(kept))
        self.assertLessEqual(len(kept), 4 * BINS)
        self.assertEqual(list(thin_out(x[:100], y[:100])), list(range(100)))

    def test_strokes_are_no_more_than_there_is_room_for(self):
        steps = [("a", "ports used", 0.0, 1), ("a", "ports allocated", 0.0, 2)]
        steps += [("a", "packets refused", 50 + i / 1000, 1) for i in range(50_000)]
        data = pandas.DataFrame(steps, columns=["panel", "quantity", "time_s", "value"])
        (axes,) = draw_panels(data, ["a"], False).axes
        (line,) = [line for line in axes.lines if line.get_label() == "packets refused"]
        times = line.get_xdata()
        # Half of the panel has refusals: half of the places for strokes have one.
        self.assertAlmostEqual(len(times), STROKES / 2, delta=1)
        self.assertEqual(times[0], 50)

    def test_series_are_told_apart_without_color(self):
        self.assertEqual(len({mark for _, _, mark in style.SERIES}), len(style.SERIES))
        self.assertEqual(len({color for color, _, _ in style.SERIES}), len(style.SERIES))
        looks = [output.SHADES[name] for name in output.SHADES]
        self.assertEqual(len({light for light, _ in looks}), len(looks))


    def test_parameters_are_numbers_only_where_nothing_is_lost(self):
        numbers = {
            ("-1", "2.5"): ("p", [-1, 2.5]),
            (".5", "1e1"): ("p", [0.5, 10]),
            ("exponential:10s", "exponential:500ms"): ("p (exponential, s)", [0.5, 10]),
            ("fixed:2:5s", "fixed:2:1min"): ("p (fixed:2, s)", [5, 60]),
            ("pool-5", "pool-3"): ("p (pool)", [3, 5]),
        }
        for texts, (label, values) in numbers.items():
            parameter, _ = read_parameter(pandas.Series(texts, name="p"))
            self.assertEqual((parameter.label, parameter.values), (label, values), texts)
        for texts in [("10.0.0.4", "10.0.0.5"), ("2018-01", "2018-02"), ("5", "5s"), ("", "3")]:
            self.assertFalse(read_parameter(pandas.Series(texts, name="p"))[0].is_number, texts)

    def test_numbers_have_no_powers_of_ten(self):
        numbers = {0: "0", 20.080052: "20.1", 1004: "1,004", 0.000123: "0.000123", 99.95: "100"}
        for number, text in numbers.items():
            self.assertEqual(style.show_number(number), text)
        self.assertEqual(style.show_number(1234.5, 6), "1,234.5")

    def test_names_lose_their_middle_not_their_ends(self):
        self.assertEqual(shorten("a-very-long-name-of-a-node-17", 15), "a-very...ode-17")
        self.assertEqual(shorten("short", 5), "short")


class Figures(SweepTest):
    def run_program(self, name, *options):
        command = [PROGRAM, *options, f"--db={name}"]
        subprocess.run(command, cwd=self.folder, stdout=subprocess.DEVNULL, check=True)

    def open(self, name):
        return self.enterContext(contextlib.closing(open_database(self.folder / name)))

    def plots(self, database):
        runs = [run for (run,) in database.execute("SELECT run_id FROM run ORDER BY run_id")]
        return {plot.name: plot for plot in make_plots(database, runs)}

    def number(self, database, query):
        return database.execute(query).fetchone()[0]

    def test_one_run_is_drawn_as_it_was_traced(self):
        self.run_program("a.db", "--flows=300", "--rate=50", "--vms=3", "--activeVms=2", *ERLANG)
        database = self.open("a.db")
        plots = self.plots(database)
        names = {"snat-ports", "flow-outcomes", "connect-time", "failures", "drops", "top-vms"}
        self.assertEqual(set(plots), names | {"top-destinations"})

        ports = plots["snat-ports"].data
        for vm in (0, 1):
            part = ports[ports["panel"] == f"virtual-machine-{vm}"]
            peak = part.loc[part["quantity"] == "ports used", "value"].max()
            query = (
                "SELECT MAX(ports_in_use + ports_cooling_down) FROM snat_port_event "
                f"WHERE network_interface_id = {vm + 1}"
            )
            self.assertEqual(peak, self.number(database, query))
        everything = ports[ports["panel"] == "all together"].groupby("quantity")["value"]
        refused = self.number(database, "SELECT COUNT(*) FROM snat_exhaustion")
        self.assertGreater(refused, 50)
        self.assertEqual(everything.sum()["packets refused"], refused)
        self.assertEqual(everything.max()["ports allocated"], 3 * 20)
        self.assertIn(f"{refused:,} packets were refused", plots["snat-ports"].title)

        flows = plots["flow-outcomes"].data
        counts = "SELECT outcome, COUNT(*) FROM flow GROUP BY outcome"
        for outcome, count in database.execute(counts):
            self.assertEqual(flows[outcome].sum(), count)
        self.assertEqual(plots["failures"].data["failures"].sum(), refused)
        self.assertAlmostEqual(plots["top-destinations"].data["share_percent"].sum(), 100)

        times = plots["connect-time"].data
        worst = "SELECT MAX(established_time_ns - started_time_ns) / 1e6 FROM flow_attempt"
        self.assertAlmostEqual(times["time_ms"].iloc[-1], self.number(database, worst))
        self.assertEqual(times["percent"].iloc[-1], 100)

    def test_many_runs_give_means_with_bands_over_what_differs(self):
        for rate in (20, 40):
            for run in (1, 2, 3):
                options = ["--flows=80", f"--rate={rate}", f"--RngRun={run}", *ERLANG]
                self.run_program("a.db", *options)
        database = self.open("a.db")
        plot = self.plots(database)["refused-share"]
        query = (
            "SELECT 100.0 * SUM(outcome = 'refused') / COUNT(*) FROM flow JOIN run_parameter "
            "USING (run_id) WHERE name = 'rate' AND value = ? GROUP BY run_id"
        )
        for row, rate in zip(plot.data.itertuples(index=False), (20, 40)):
            shares = [share for (share,) in database.execute(query, (str(rate),))]
            mean = sum(shares) / 3
            spread = (sum((share - mean) ** 2 for share in shares) / 2) ** 0.5
            self.assertEqual(row[:2], (rate, 3))
            self.assertAlmostEqual(row[2], mean)
            self.assertAlmostEqual(row[3], 4.302653 * spread / 3**0.5, places=4)
        text = output.render(plot, "svg").decode()
        for label in ["rate (1/s)", "Refused flows (%)"]:
            self.assertIn(f"<!-- {label} -->", text)

    def test_panels_of_runs_are_as_long_as_the_longest(self):
        for stop in (60, 20):
            self.run_program("a.db", "--flows=10", f"--stop={stop}s")
        plot = self.plots(self.open("a.db"))["snat-ports"]
        self.assertEqual(set(plot.data["panel"]), {"stop 60s", "stop 20s"})
        panels = [axes for axes in plot.figure.axes if axes.lines]
        self.assertEqual([axes.get_xlim() for axes in panels], [(0, 60), (0, 60)])

    def test_two_parameters_give_a_map_and_three_give_panels(self):
        for rate in (20, 40):
            for hold in ("exponential:1s", "exponential:500ms"):
                options = ["--flows=40", *ERLANG, f"--rate={rate}", f"--hold={hold}"]
                self.run_program("two.db", *options)
                for protocol in ("tcp", "udp"):
                    self.run_program("three.db", *options, f"--protocol={protocol}")
        plots = self.plots(self.open("two.db"))
        self.assertEqual(sorted(plots["refused-share-map"].data["hold"]), [0.5, 0.5, 1, 1])
        text = output.render(plots["refused-share-map"], "svg").decode()
        self.assertIn("<!-- hold (exponential, s) -->", text)
        plots = self.plots(self.open("three.db"))
        self.assertNotIn("refused-share-map", plots)
        self.assertEqual(len(plots["refused-share"].data), 8)
        self.assertIn("protocol udp", output.render(plots["refused-share"], "svg").decode())

    def test_three_parameters_with_many_values_give_panels_too(self):
        self.run_program("a.db", "--flows=9", "--allocatedPorts=8")
        database = sqlite3.connect(self.folder / "a.db")
        self.addCleanup(database.close)
        for _ in range(2, 15):
            self.run_program("a.db", "--flows=9", "--allocatedPorts=8")
        for name, period in [("a", 7), ("b", 8), ("c", 9)]:
            select = f"SELECT run_id, '{name}', run_id % {period} FROM run"
            database.execute(f"INSERT INTO run_parameter {select}")
        database.commit()
        plot = self.plots(self.open("a.db"))["refused-share"]
        self.assertIn("more panels are left out.", plot.caption)

    def test_health_of_runs_cut_off_ends_with_what_each_has(self):
        for _ in range(2):
            self.run_program("a.db", "--flows=1")
        with contextlib.closing(sqlite3.connect(self.folder / "a.db")) as database:
            database.execute("UPDATE run SET status = 'running', end_time_ns = NULL")
            for run, up_ns in [(1, 10 * 10**9), (2, 50 * 10**9)]:
                rows = {
                    "health_probe": "?, 1, 'b', 'p', 'Tcp', 80, NULL, 1, 1, 1, 1, 'AllProbedUp'",
                    "pool_member": "?, 99, 'b', 'pool', 1, 1, 'None', 1",
                    "member_health": "?, 9001, 0, 1, 'decided', 1, 99, 1, 0",
                }
                for table, values in rows.items():
                    database.execute(f"INSERT INTO {table} VALUES ({values})", (run,))
                after = f"?, 9002, {up_ns}, 1, 'decided', 1, 99, 1, 1"
                database.execute(f"INSERT INTO member_health VALUES ({after})", (run,))
            database.commit()
        ends = self.plots(self.open("a.db"))["member-health"].data.groupby("run_id")["end_s"].max()
        self.assertEqual(dict(ends), {1: 10, 2: 50})

    def test_files_and_pages_are_the_same_each_time(self):
        self.run_program("a.db", "--flows=60", "--rate=20", *ERLANG)
        database = self.open("a.db")
        folders = [self.folder / name for name in ("one", "two")]
        pages = []
        for folder in folders:
            folder.mkdir()
            plots = self.plots(database)
            for plot in plots.values():
                output.save(plot, folder)
            pages.append([output.inline_svg(plot) for plot in plots.values()])
        self.assertEqual(pages[0], pages[1])
        names = sorted(path.name for path in folders[0].iterdir())
        self.assertEqual(len(names), 3 * len(pages[0]))
        for name in names:
            with self.subTest(file=name):
                first, second = ((folder / name).read_bytes() for folder in folders)
                self.assertEqual(first, second)

    def test_within_a_page_colors_are_variables_and_identifiers_are_its_own(self):
        self.run_program("a.db", "--flows=60", "--rate=20", *ERLANG)
        for name, plot in self.plots(self.open("a.db")).items():
            with self.subTest(plot=name):
                text = output.inline_svg(plot)
                root = xml.etree.ElementTree.fromstring(text)
                self.assertEqual(root.get("role"), "img")
                self.assertIsNone(root.get("width"))
                colors = re.findall(r"(?<!, )#[0-9a-f]{6}\b", text)
                self.assertEqual(colors, [])
                for is_dark in (False, True):
                    known = set(re.findall(r"(--plot-\w+):", output.css_variables(is_dark)))
                    used = set(re.findall(r"var\((--plot-\w+)", text)) - {"--plot-font"}
                    self.assertLessEqual(used, known)
                for element in root.iter():
                    self.assertTrue(element.get("id", name).startswith(name))
                links = re.findall(r'(?:href="|url\()#([^")]*)', text)
                identifiers = {element.get("id") for element in root.iter()}
                self.assertLessEqual(set(links), identifiers)
                self.assertIn(plot.title, "".join(root.itertext()))

    def test_where_there_is_nothing_there_is_no_plot(self):
        self.run_program("a.db", "--flows=1")
        database = self.open("a.db")
        self.assertEqual(list(make_plots(database, [])), [])
        self.assertNotIn("refused-share", self.plots(database))


if __name__ == "__main__":
    unittest.main()
