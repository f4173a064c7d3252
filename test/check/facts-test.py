#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Tests of facts.py and facts-table.py; the project's own lists are checked by check-docs.py."""

import contextlib
import importlib
import io
import tempfile
import unittest

import facts

table = importlib.import_module("facts-table")

SOURCES = """
Statements
----------

======== ============================= =================
id       claim                         where in the code
======== ============================= =================
S3-02    The second statement, which   azure-x: Setting
         needs two lines.
S0-01    The first statement.          azure-x,
                                       azure-y
======== ============================= =================

====== ========= ===================== =================
id     claim     source                where in the code
====== ========= ===================== =================
C.1    Not one.  Ananta                azure-x
====== ========= ===================== =================

======== ============================= =================
id       claim                         where in the code
======== ============================= =================
S3-03    The last one.                 nowhere
======== ============================= =================

============== =========================================
ids            reason
============== =========================================
S3-02, S3-03   Nobody has
               built it.
S0-01          partly: not
               at night.
============== =========================================
"""

RESULTS = """<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="(empty)" tests="3" failures="1" disabled="0" skipped="1" time="1">
    <testcase name="A.S0_01_Works" classname="A" time="0.1" status="run">
        <system-out>x</system-out>
    </testcase>
    <testcase name="Is/B.Row/S3_02_Works" classname="B" time="0.1" status="fail">
        <failure message=""/>
    </testcase>
    <testcase name="C.Cannot" classname="C" time="0.1" status="notrun"><skipped/></testcase>
</testsuite>
"""

STATEMENTS = {"S0-01": "The first statement.", "S3-02": "The second statement."}


class Sources(unittest.TestCase):
    def test_statements_are_the_rows_with_an_id_in_order_of_ids(self):
        statements, _, _ = facts.read_sources(SOURCES)
        self.assertEqual(
            list(statements.items()),
            [
                ("S0-01", "The first statement."),
                ("S3-02", "The second statement, which needs two lines."),
                ("S3-03", "The last one."),
            ],
        )

    def test_reason_counts_for_each_id_of_its_row(self):
        _, reasons, _ = facts.read_sources(SOURCES)
        self.assertEqual(reasons, dict.fromkeys(["S3-02", "S3-03"], "Nobody has built it."))

    def test_what_tests_leave_out_is_no_reason_to_have_none(self):
        _, _, gaps = facts.read_sources(SOURCES)
        self.assertEqual(gaps, {"S0-01": "not at night."})

    def test_statement_that_is_there_twice_is_refused(self):
        with self.assertRaisesRegex(ValueError, "S0-01"):
            facts.read_sources(SOURCES.replace("S3-02    The", "S0-01    The"))

    def test_row_without_an_id_is_refused(self):
        with self.assertRaisesRegex(ValueError, "S0-1 "):
            facts.read_sources(SOURCES.replace("S0-01 ", "S0-1  "))

    def test_reason_for_what_is_not_listed_is_refused(self):
        with self.assertRaisesRegex(ValueError, "S3-04"):
            facts.read_sources(SOURCES.replace("S3-02, S3-03", "S3-02, S3-04"))

    def test_gap_of_what_is_not_listed_is_refused(self):
        with self.assertRaisesRegex(ValueError, "does not list S0-04$"):
            facts.read_sources(SOURCES.replace("S0-01          p", "S0-04          p"))

    def test_statement_without_a_test_has_no_gap_besides(self):
        with self.assertRaisesRegex(ValueError, "two reasons for S3-02"):
            facts.read_sources(SOURCES.replace("S0-01          p", "S3-02          p"))


class Names(unittest.TestCase):
    def test_ids_are_found_where_a_word_begins(self):
        for name, ids in {
            "Suite.S0_01_Works": {"S0-01"},
            "Suite.S3_02_S3_03_BothWork": {"S3-02", "S3-03"},
            "Instance/Suite.Works/S4_01_Row": {"S4-01"},
            "Instance/Suite.S0_05_Works/S0_06": {"S0-05", "S0-06"},
            "Suite.Works": set(),
            "Suite.HASS0_01_Works": set(),
            "Suite.S0_011_Works": set(),
            "Suite.S0_1_Works": set(),
        }.items():
            self.assertEqual(facts.ids_in_name(name), ids, name)

    def test_comments_name_ids_in_a_line_of_their_own(self):
        for text, ids in {
            "/**\n * Facts: S0-33, S0-34\n */\n": {"S0-33", "S0-34"},
            "# Facts: S0-34\n# Facts: S3-01": {"S0-34", "S3-01"},
            " * See Facts: S0-34": set(),
            " * Facts: S0-34 and more": set(),
        }.items():
            self.assertEqual(facts.ids_in_comments(text), ids, text)


class Table(unittest.TestCase):
    def show(self, results, statements=None, reasons=None, gaps=None, examples=None, is_all=False):
        """What is printed, as lines, and whether all is well."""
        with contextlib.redirect_stdout(io.StringIO()) as output:
            is_well = table.print_table(
                statements or STATEMENTS, reasons or {}, gaps or {}, results, examples or {}, is_all
            )
        return output.getvalue().splitlines(), is_well

    def test_results_are_read_as_ctest_writes_them(self):
        with tempfile.NamedTemporaryFile("w", suffix=".xml") as file:
            file.write(RESULTS)
            file.flush()
            results = table.read_results(file.name)
        self.assertEqual(
            results,
            {"A.S0_01_Works": "pass", "Is/B.Row/S3_02_Works": "FAIL", "C.Cannot": "skip"},
        )

    def test_all_is_well_when_each_statement_has_a_test_that_passed(self):
        lines, is_well = self.show({"A.S0_01_Works": "pass", "A.S3_02_Works": "pass"})
        self.assertEqual(lines[0], "2 of 2 tests passed")
        self.assertIn("S0-01  The first statement." + " " * 41 + "pass", lines)
        self.assertIn(" " * 9 + "A.S3_02_Works", lines)
        self.assertEqual(lines[-1], "2 statements: 2 tested")
        self.assertTrue(is_well)

    def test_one_failed_test_of_several_fails_the_statement(self):
        results = dict.fromkeys(["A.S0_01_A", "A.S3_02_A", "A.S3_02_B"], "pass")
        lines, is_well = self.show(results | {"A.S3_02_LongerName": "FAIL"})
        self.assertTrue(any(line.startswith("S3-02") and line.endswith("FAIL") for line in lines))
        self.assertIn(" " * 9 + "A.S3_02_LongerName", lines)
        self.assertIn(" " * 9 + "+ 2 more", lines)
        self.assertIn("failed: A.S3_02_LongerName", lines)
        self.assertEqual(lines[-1], "2 statements: 1 tested, 1 failed")
        self.assertFalse(is_well)

    def test_failed_test_without_an_id_is_not_well_either(self):
        results = dict.fromkeys(["A.S0_01_A", "A.S3_02_A"], "pass")
        lines, is_well = self.show(results | {"A.Works": "FAIL"})
        self.assertIn("failed: A.Works", lines)
        self.assertFalse(is_well)

    def test_statement_without_a_test_is_not_well_unless_there_is_a_reason(self):
        results = {"A.S0_01_Works": "pass"}
        lines, is_well = self.show(results)
        self.assertEqual(lines[-1], "2 statements: 1 tested, 1 without a test")
        self.assertFalse(is_well)
        lines, is_well = self.show(results, reasons={"S3-02": "Nobody has built it."})
        self.assertIn(" " * 9 + "Nobody has built it.", lines)
        self.assertEqual(lines[-1], "2 statements: 1 tested, 1 out of reach")
        self.assertTrue(is_well)

    def test_skipped_tests_do_not_count(self):
        lines, is_well = self.show({"A.S0_01_Works": "pass", "A.S3_02_Works": "skip"})
        self.assertEqual(lines[0], "1 of 2 tests passed, 1 skipped")
        self.assertEqual(lines[-1], "2 statements: 1 tested, 1 without a test")
        self.assertFalse(is_well)

    def test_statement_with_a_reason_is_not_tested_whatever_names_it(self):
        results = {"A.S0_01_Works": "pass", "A.S3_02_Works": "pass"}
        lines, _ = self.show(results, reasons={"S3-02": "In part only."})
        self.assertEqual(lines[-1], "2 statements: 1 tested, 1 out of reach")

    def test_statement_whose_tests_leave_something_out_is_partly_tested(self):
        results = {"A.S0_01_Works": "pass", "A.S3_02_Works": "pass"}
        gaps = {"S3-02": "Not at night."}
        lines, is_well = self.show(results, gaps=gaps)
        self.assertTrue(any(line.startswith("S3-02") and line.endswith("partly") for line in lines))
        self.assertIn(" " * 9 + "Not at night.", lines)
        self.assertIn(" " * 9 + "A.S3_02_Works", lines)
        self.assertEqual(lines[-1], "2 statements: 1 tested, 1 partly")
        self.assertTrue(is_well)
        lines, is_well = self.show(results | {"A.S3_02_Works": "FAIL"}, gaps=gaps)
        self.assertEqual(lines[-1], "2 statements: 1 tested, 1 failed")
        self.assertFalse(is_well)

    def test_what_tests_leave_out_does_not_excuse_to_have_none(self):
        lines, is_well = self.show({"A.S0_01_Works": "pass"}, gaps={"S3-02": "Not at night."})
        self.assertEqual(lines[-1], "2 statements: 1 tested, 1 without a test")
        self.assertFalse(is_well)

    def test_unknown_statement_is_named(self):
        results = dict.fromkeys(["A.S0_01_A", "A.S3_02_A", "A.S3_99_A"], "pass")
        lines, is_well = self.show(results)
        self.assertIn("A.S3_99_A names S3-99, which doc/sources.rst does not list", lines)
        self.assertFalse(is_well)

    def test_example_counts_for_the_statements_of_its_file(self):
        results = {"A.S0_01_A": "pass", "example/mine": "pass"}
        lines, is_well = self.show(results, examples={"example/mine": {"S3-02"}})
        self.assertIn(" " * 9 + "example/mine", lines)
        self.assertTrue(is_well)
        _, is_well = self.show({"A.S0_01_A": "pass"}, examples={"example/mine": {"S3-02"}})
        self.assertFalse(is_well)

    def test_name_with_an_id_is_shown_before_that_of_an_example(self):
        results = dict.fromkeys(["e/m", "A.S0_01_A", "A.S3_02_A"], "pass")
        lines, _ = self.show(results, examples={"e/m": {"S3-02"}})
        self.assertIn(" " * 9 + "A.S3_02_A", lines)
        self.assertNotIn(" " * 9 + "e/m", lines)

    def test_all_names_are_listed_on_demand(self):
        names = [f"A.S0_01_{letter}" for letter in "ABC"]
        lines, _ = self.show(dict.fromkeys(names, "pass"), is_all=True)
        for name in names:
            self.assertIn(f"{' ' * 9}pass  {name}", lines)

    def test_no_line_is_longer_than_80(self):
        long = f"Instance/Suite.{'Long' * 20}/S0_01_Row"
        lines, _ = self.show(
            {long: "pass", "A.S3_02_A": "pass"},
            statements={"S0-01": "word " * 40, "S3-02": "x"},
            reasons={"S3-02": "because " * 30},
        )
        self.assertLessEqual(max(map(len, lines)), 80)


if __name__ == "__main__":
    unittest.main()
