#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""What ./azure-net cookbook understands of its document, and what it refuses."""

import subprocess
import tempfile
import unittest
from pathlib import Path

from common import UTILS

from azure_cookbook import commands, document, entry
from azure_trace.errors import TraceError

GOOD = """\
Title
=====

1. First
--------

How many ports
are there?

**Run**

.. code-block:: sh

   ./azure-net run full-pool \\
       --db=trace.db

**Run, small**

.. code-block:: sh

   ./azure-net run full-pool --db=trace.db

**Ask**

.. code-block:: sql

   SELECT 3 AS ports;

**Plot**

.. code-block:: sh

   ./azure-net plot trace.db "$(cat ask.sql)" --title="1 & more" --out=cookbook-01-first.svg

**Check**

.. code-block:: sql

   SELECT ports = 3
   FROM answer;

.. figure:: figures/cookbook-01-first.svg

**What one sees.** Three.
"""


class Cookbook(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.path = self.folder / "cookbook.rst"

    def read(self, text):
        self.path.write_text(text, "utf-8")
        return document.read_entries(self.path)

    def read_changed(self, old, new):
        self.assertIn(old, GOOD)
        return self.read(GOOD.replace(old, new))

    def test_an_entry_has_question_blocks_and_figure(self):
        (found,) = self.read(GOOD)
        self.assertEqual((found.number, found.title, found.folder), (1, "First", "01-first"))
        self.assertEqual(found.question, "How many ports are there?")
        self.assertEqual(list(found.blocks), ["Run", "Run, small", "Ask", "Plot", "Check"])
        self.assertEqual(found.blocks["Check"], "SELECT ports = 3\nFROM answer;\n")

    def test_draw_is_optional_and_has_its_place(self):
        draw = "**Draw**\n\n.. code-block:: sql\n\n   SELECT 4\n\n"
        plot = "**Plot**\n"
        (found,) = self.read_changed(plot, draw + plot)
        self.assertEqual(found.blocks["Draw"], "SELECT 4\n")
        with self.assertRaisesRegex(TraceError, r"cookbook\.rst:4: an entry has the blocks Run;"):
            self.read(GOOD.replace(".. figure", f"{draw}.. figure"))

    def test_the_check_is_about_the_answer(self):
        (found,) = self.read(GOOD)
        query = entry.make_query(found, "Check")
        self.assertEqual(
            query, "WITH answer AS (\nSELECT 3 AS ports\n)\nSELECT ports = 3\nFROM answer\n"
        )
        (found,) = self.read_changed("   SELECT ports = 3\n", "   WITH RECURSIVE a AS (b) SELECT 4\n")
        query = entry.make_query(found, "Check")
        self.assertTrue(query.startswith("WITH RECURSIVE answer AS (\nSELECT 3 AS ports\n),\na AS"))

    def test_what_is_not_understood_is_refused(self):
        cases = [
            ("1. First", "First", "has no entry"),
            ("1. First\n--------", "2. First\n--------", "4: an entry has one figure, figures/.*02-"),
            ("are there?", "are there.", "ends in a question"),
            ("**Ask**", "**Asked**", "one block each of: Run "),
            ("**Run, small**", "**Run**", "one block each of: Run "),
            ("**Ask**", "Ask", "below a name in bold"),
            ("**Ask**\n\n.. code-block:: sql", "**Ask**\n\n.. code-block:: sh", "one block each"),
            ("**Ask**\n\n.. code-block:: sql", "**Ask**\n\n.. code:: sql", "below a name in bold"),
            ("sql\n\n   SELECT 3 AS", "sql\n   SELECT 3 AS", "give an empty line"),
            ("   SELECT 3 AS ports;\n", "", "the block is empty"),
            ("**What one sees.**", "**Conclusion.**", "What one sees"),
            (".. figure:: figures/cookbook-01-first.svg", "", "an entry has one figure"),
        ]
        for old, new, expected in cases:
            with self.subTest(new=new), self.assertRaisesRegex(TraceError, expected):
                self.read_changed(old, new)

    def test_entries_are_numbered_from_1(self):
        second = GOOD.replace("1. First", "3. Third").replace("cookbook-01-first", "cookbook-03-a")
        with self.assertRaisesRegex(TraceError, "this is entry 2"):
            self.read(GOOD + "\n" + second.partition("=====\n")[2])

    def test_commands_are_those_of_azure_net(self):
        (found,) = self.read(GOOD)
        plan = entry.make_plan(found, is_small=False)
        self.assertEqual([c.words[2:] for c in plan.runs], [["full-pool", "--db=trace.db"]])
        self.assertEqual(plan.plot.words[4], "--title=1 & more")
        self.assertEqual(commands.find_database(plan.plot), "trace.db")
        cases = [
            ("./azure-net run full-pool --db", "rm -rf --db", "'rm -rf .* give ./azure-net run"),
            ("./azure-net run full-pool --db", "./azure-net merge a --db", "give ./azure-net run"),
            ("--db=trace.db\n\n**Ask", "--db=$HOME\n\n**Ask", r"'\$'"),
            ("--db=trace.db\n\n**Ask", "--db=a > b\n\n**Ask", "'>'"),
            ('--title="1 & more"', "--title=1&more", "'&'"),
            ('--title="1 & more"', '--title="$(date)"', r"'\$'"),
            ('--title="1 & more"', '--title="1', "quotes in pairs"),
            ("--out=cookbook-01-first.svg", "--out=first.svg", "--out=cookbook-01-first.svg, as"),
            ("--out=cookbook-01-first.svg", "", "--out=FILE once"),
        ]
        for old, new, expected in cases:
            with self.subTest(new=new), self.assertRaisesRegex(TraceError, expected):
                entry.make_plan(self.read_changed(old, new)[0], is_small=True)

    def test_files_fill_in_what_they_are_named_for(self):
        (found,) = self.read(GOOD)
        plan = entry.make_plan(found, is_small=True)
        entry.prepare_folder(plan, self.folder / "01-first")
        arguments = commands.make_arguments(plan.plot, self.folder, self.folder / "01-first")
        self.assertEqual(arguments[3], "SELECT 3 AS ports")
        with self.assertRaisesRegex(TraceError, "full-pool: is not built"):
            commands.make_arguments(plan.runs[0], self.folder, self.folder)

    def test_only_the_examples_of_an_entry_are_built(self):
        (found,) = self.read(GOOD)
        self.assertEqual(entry.list_examples([entry.make_plan(found, True)] * 2), ["full-pool"])

    def test_no_folder_of_others_is_emptied(self):
        (found,) = self.read(GOOD)
        folder = self.folder / "01-first"
        folder.mkdir()
        (folder / "precious").touch()
        with self.assertRaisesRegex(TraceError, "is not a folder of the cookbook"):
            entry.prepare_folder(entry.make_plan(found, is_small=True), folder)
        self.assertTrue((folder / "precious").exists())

    def test_the_document_is_understood_and_its_figures_are_there(self):
        doc = UTILS.parent / "doc"
        for found in document.read_entries(doc / "cookbook.rst"):
            with self.subTest(entry=found.number):
                for is_small in (False, True):
                    entry.make_plan(found, is_small)
                self.assertTrue((doc / "figures" / f"{found.figure}.svg").exists())

    def test_wrong_command_lines_have_one_line(self):
        cases = [
            (["0"], "entry: '0' is not allowed; give numbers from 1 to "),
            (["--small", "--figures"], "figures: '--small' is not allowed; give "),
        ]
        for arguments, expected in cases:
            with self.subTest(arguments=arguments):
                ended = subprocess.run(
                    [UTILS / "azure-cookbook.py", *arguments],
                    capture_output=True,
                    text=True,
                    check=False,
                )
                self.assertEqual((ended.returncode, ended.stdout), (2, ""))
                self.assertTrue(ended.stderr.startswith(f"azure-net: {expected}"), ended.stderr)
                self.assertEqual(ended.stderr.count("\n"), 1)


if __name__ == "__main__":
    unittest.main()
