#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""./azure-net sql answers queries in all formats, reads them from pipes, and lists what there is.

sql.py PORT-EXHAUSTION
"""

import csv
import io
import json
import os
import pty
import select
import subprocess
import time
import unittest

from common import PROGRAM, UTILS, ToolTest

from azure_query import ask

# A text, and the statements it consists of.
STATEMENTS = [
    ("", []),
    (" ;; -- nothing;\n /* no;thing */", []),
    ("SELECT 1", ["SELECT 1"]),
    ("SELECT 1; SELECT 2;", ["SELECT 1;", " SELECT 2;"]),
    ("SELECT ';', -- one; two\n 2; SELECT 3", ["SELECT ';', -- one; two\n 2;", " SELECT 3"]),
]

# A query, and what it answers as a table.
TABLES = [
    ("SELECT 1 AS a, NULL AS b, 'x' AS c", ["a  b  c", "-  -  -", "1  -  x"]),
    (
        "SELECT 'ab' AS t, 5 AS number UNION ALL SELECT 'c', 12345678",
        ["t     number", "--  --------", "ab         5", "c   12345678"],
    ),
    ("SELECT 0.1 + 0.2 AS f, 'a' || char(10) || 'b' AS t", ["  f  t", "---  ---", "0.3  a b"]),
    ("SELECT 1 AS a WHERE 0", ["a", "-"]),
    ("SELECT x'00ff' AS blob", ["blob", "----", "00ff"]),
]

# A query that is wrong, and what is said about it.
REFUSED = [
    ("SELEKT 1", 'query: near "SELEKT": syntax error'),
    ("SELECT * FROM flows", "query: no such table: flows; is flow meant?"),
    ("SELECT * FROM v_port_use", "is v_port_usage meant?"),
    ("SELECT * FROM xyzzy", "no such table: xyzzy; without a query, tables are listed"),
    ("SELECT * FROM drop", 'near "drop": syntax error; write the table\'s name as "drop"'),
    ("SELECT color FROM flow", "query: no such column: color"),
    ("DELETE FROM flow", "attempt to write a readonly database"),
    ("SELECT 'open", "query: "),
]


class Statements(unittest.TestCase):
    def test_a_text_is_taken_apart_where_statements_end(self):
        for text, expected in STATEMENTS:
            with self.subTest(text):
                found = [s for s in ask.split(text.splitlines(True)) if not ask.is_empty(s)]
                self.assertEqual(found, expected)


class Sql(ToolTest):
    def setUp(self):
        super().setUp()
        self.run_program(PROGRAM, "my.db", "--flows=30")
        self.bytes = (self.folder / "my.db").read_bytes()

    def tearDown(self):
        self.assertEqual((self.folder / "my.db").read_bytes(), self.bytes)
        self.assertEqual(os.listdir(self.folder), ["my.db"])

    def sql(self, *arguments, text=None):
        return self.call("azure-sql.py", "my.db", *arguments, input=text or "")

    def test_tables_are_aligned(self):
        for query, lines in TABLES:
            with self.subTest(query):
                result = self.sql(query)
                self.assert_ends(result, 0)
                self.assertEqual(result.stdout.splitlines(), lines)

    def test_rows_behind_those_that_tell_the_width_are_whole(self):
        numbers = "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
        lines = self.sql(numbers + "SELECT i FROM n").stdout.splitlines()
        self.assertEqual([line.strip() for line in lines[2:]], [str(i) for i in range(1, 20001)])

    def test_other_formats_say_the_same(self):
        query = "SELECT 1 AS is_a, NULL AS b, 'x,\"' AS c UNION ALL SELECT 0, 2.5, ''"
        self.assertEqual(
            self.sql(query, "--format=csv").stdout, 'is_a,b,c\n1,,"x,"""\n0,2.5,""\n'
        )
        rows = [{"is_a": True, "b": None, "c": 'x,"'}, {"is_a": False, "b": 2.5, "c": ""}]
        self.assertEqual(json.loads(self.sql(query, "--format=json").stdout), rows)
        lines = self.sql(query, "--format=jsonl").stdout.splitlines()
        self.assertEqual([json.loads(line) for line in lines], rows)
        self.assertEqual(
            self.sql(query, "--format=line").stdout,
            'is_a = 1\n   b = -\n   c = x,"\n\nis_a = 0\n   b = 2.5\n   c = \n',
        )
        box = self.sql(query, "--format=box").stdout.splitlines()
        self.assertEqual(len(box), 6)
        self.assertEqual({len(line) for line in box}, {20})
        self.assertEqual(self.sql("SELECT 1 WHERE 0", "--format=json").stdout, "[]\n")

    def test_columns_of_one_name_are_refused_in_json(self):
        result = self.sql("SELECT 1 AS a, 2 AS a", "--format=json")
        self.assert_ends(result, 1, "two columns are called a; name one of them by AS")

    def test_wrong_queries_get_one_line(self):
        for query, text in REFUSED:
            with self.subTest(query):
                result = self.sql(query)
                self.assert_ends(result, 1, text)
                self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
                self.assertEqual(result.stdout, "")

    def test_a_pipe_gives_queries(self):
        text = "SELECT COUNT(*) AS flows FROM flow;\nSELECT status\nFROM run;\n"
        result = self.sql("--format=csv", text=text)
        self.assertEqual(result.stdout, "flows\n30\nstatus\nfinished\n")
        result = self.sql(text="SELECT 1 AS a; SELECT * FROM xyzzy; SELECT 2")
        self.assert_ends(result, 1, "a\n-\n1\n", "no such table: xyzzy")

    def test_without_a_query_everything_is_listed(self):
        result = self.sql()
        self.assert_ends(result, 0, "my.db: 1 run\n", "\ntable  ", "\nview  ", '\n"drop"  ')
        lines = result.stdout.splitlines()
        self.assertLessEqual(max(map(len, lines)), 80)
        listed = {line.split()[0].strip('"') for line in lines[2:] if line and line[0] != " "}
        kinds = "type IN ('table', 'view') AND name NOT LIKE 'sqlite%'"
        names = f"SELECT name FROM sqlite_master WHERE {kinds}"
        found = {name for (name,) in self.query(self.folder / "my.db", names)}
        self.assertEqual(listed, found | {"table", "view"})

    def test_every_table_and_view_can_be_asked_for(self):
        for (name,) in self.query(self.folder / "my.db", "SELECT table_name FROM table_doc"):
            result = self.sql(f'SELECT * FROM "{name}" LIMIT 3', "--format=csv")
            self.assert_ends(result, 0)
            columns = next(csv.reader(io.StringIO(result.stdout)))
            documented = f"SELECT column_name FROM column_doc WHERE table_name = '{name}'"
            expected = {column for (column,) in self.query(self.folder / "my.db", documented)}
            self.assertEqual(set(columns), expected)

    def on_a_terminal(self, arguments, typed, until):
        """What is seen on a terminal of 80 columns before all of the texts have been."""
        try:
            pid, terminal = pty.fork()
        except OSError as error:  # as in a bare chroot, which has no /dev/pts
            self.skipTest(f"no terminal can be had: {error}")
        if pid == 0:
            os.chdir(self.folder)
            environment = {**os.environ, "COLUMNS": "80", "LINES": "24", "HOME": str(self.folder)}
            command = ["/usr/bin/python3", str(UTILS / "azure-sql.py"), "my.db", *arguments]
            os.execve(command[0], command, environment)
        os.write(terminal, typed)
        seen, end = b"", time.monotonic() + 30
        while time.monotonic() < end and not all(text in seen for text in until):
            if select.select([terminal], [], [], 0.1)[0]:
                try:
                    seen += os.read(terminal, 65536)
                except OSError:  # the program has ended
                    break
        os.close(terminal)
        os.waitpid(pid, 0)
        for text in until:
            self.assertIn(text, seen)
        return seen.decode()

    def test_on_a_terminal_sqlites_own_program_takes_queries(self):
        typed = b"SELECT COUNT(*) AS flows FROM flow;\nDELETE FROM flow;\n.quit\n"
        self.on_a_terminal(
            [],
            typed,
            [b"v_top_port_users", b"trace> ", b"flows", " 30 ".encode(), b"readonly database"],
        )

    def test_what_is_too_wide_for_a_terminal_is_shown_line_by_line(self):
        seen = self.on_a_terminal(["SELECT * FROM flow LIMIT 1"], b"", [b"destination_address = "])
        self.assertLessEqual(max(map(len, seen.splitlines())), 80)

    def test_a_reader_that_has_enough_ends_it(self):
        query = "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
        command = f"/usr/bin/python3 {UTILS}/azure-sql.py my.db '{query}'"
        answer = subprocess.run(
            f"{command} | head -n 3",
            shell=True,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual((len(answer.stdout.splitlines()), answer.stderr), (3, ""))


if __name__ == "__main__":
    unittest.main()
