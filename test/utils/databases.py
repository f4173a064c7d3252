#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Tools open trace databases of this version to read them; they write nothing, and refuse the rest.

databases.py PORT-EXHAUSTION
"""

import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from common import PROGRAM, ToolTest

from azure_trace import schema
from azure_trace.database import open_database, open_existing, read_runs, read_tables
from azure_trace.errors import TraceError

# Fills pages of the table run, and kills itself when SQLite has written some of them.
KILLED_WRITER = """
import os, signal, sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("PRAGMA cache_size = 1")
database.execute("BEGIN")
for number in range(2000):
    database.execute("INSERT INTO run_parameter VALUES (1, ?, ?)", (f"p{number}", "x" * 200))
os.kill(os.getpid(), signal.SIGKILL)
"""


def change(path, *statements):
    database = sqlite3.connect(path, isolation_level=None)
    for sql in statements:
        database.execute(sql)
    database.close()


def make_foreign(path):
    path.unlink()
    change(path, "PRAGMA application_id = 7", "CREATE TABLE run (run_id)")


def make_unmarked(path):
    path.unlink()
    change(path, "CREATE TABLE run (run_id)")


def make_folder(path):
    path.unlink()
    path.mkdir()


def make_pipe(path):
    path.unlink()
    os.mkfifo(path)


def cut(path, size):
    os.truncate(path, size)


def spoil(path):
    """The first page's list of tables becomes nonsense; the header stays."""
    with open(path, "r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 900)


def kill_writer(path):
    command = ["/usr/bin/python3", "-c", KILLED_WRITER, str(path)]
    answer = subprocess.run(command, check=False)
    assert answer.returncode == -signal.SIGKILL
    assert path.with_name(path.name + "-journal").stat().st_size > 0


def leave_log(path):
    """A program with a write-ahead log is killed before what it wrote is in the file."""
    code = (
        "import os, signal, sqlite3, sys\n"
        "database = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "database.execute('PRAGMA journal_mode = WAL')\n"
        "database.execute(\"INSERT INTO run_parameter VALUES (1, 'a', 'b')\")\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run(["/usr/bin/python3", "-c", code, str(path)], check=False)
    assert path.with_name(path.name + "-wal").stat().st_size > 0


def whole(path):
    return os.path.getsize(path)


# How a good database is spoiled, and what the line has to say.
REFUSED = {
    "missing": (Path.unlink, "there is no such database"),
    "a folder": (make_folder, "is a folder"),
    "a pipe": (make_pipe, "is not a file"),
    "empty": (lambda path: cut(path, 0), "the file is empty"),
    "a text": (lambda path: path.write_text("a text\n" * 99), "is not a database"),
    "a short text": (lambda path: path.write_text("SQL!"), "is not a database"),
    "cut in the first word": (lambda path: cut(path, 3), "is cut off after 3 bytes; copy it again"),
    "cut in the header": (lambda path: cut(path, 60), "is cut off after 60 bytes; copy it again"),
    "cut by a page": (
        lambda path: cut(path, whole(path) - 4096),
        r"is cut off after \d+ of \d+ bytes; copy it again",
    ),
    "cut by a byte": (lambda path: cut(path, whole(path) - 1), "is cut off after"),
    "cut to one page": (lambda path: cut(path, 4096), "is cut off after 4096 of"),
    "spoiled": (spoil, "is damaged; copy it again"),
    "another program's": (make_foreign, "is the database of another program"),
    "unmarked": (make_unmarked, "is the database of another program"),
    "older": (
        lambda path: change(path, f"PRAGMA user_version = {schema.version() - 1}"),
        rf"has version {schema.version() - 1} of the tables, this azure-net {schema.version()}; "
        r"to convert it: \./azure-net migrate .*x\.db NEW$",
    ),
    "newer": (
        lambda path: change(path, f"PRAGMA user_version = {schema.version() + 1}"),
        rf"has version {schema.version() + 1} of the tables, but this azure-net knows only "
        rf"versions up to {schema.version()}; take a newer azure-net",
    ),
    "killed in a commit": (kill_writer, "a program was killed while it wrote .*sqlite3 .*x.db"),
    "with a log": (leave_log, "changes are still in x.db-wal; .*sqlite3 .*x.db"),
}


def snapshot(folder):
    """All files of a folder with what is in them."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in folder.iterdir()
    }


class Databases(ToolTest):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.good = Path(folder.name) / "good.db"
        command = [PROGRAM, "--flows=20", f"--db={cls.good}"]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)

    def copy(self, name="x.db"):
        return Path(shutil.copy(self.good, self.folder / name))

    def open(self, path):
        database = open_database(path)
        self.addCleanup(database.close)
        return database

    def test_the_constants_are_those_that_a_program_writes(self):
        database = sqlite3.connect(self.good)
        self.addCleanup(database.close)
        constants = {"application_id": schema.application_id(), "user_version": schema.version()}
        for name, value in constants.items():
            self.assertEqual(database.execute(f"PRAGMA {name}").fetchone(), (value,))

    def test_constants_that_cannot_be_read_are_errors(self):
        with self.assertRaisesRegex(TraceError, "no-header.h: No such file"):
            schema.read_constant("A", self.folder / "no-header.h")
        (self.folder / "other.h").write_text("constexpr uint32_t B = 1;")
        with self.assertRaisesRegex(TraceError, "other.h: does not say what A is"):
            schema.read_constant("A", self.folder / "other.h")

    def test_a_database_is_read_and_not_written_to(self):
        path = self.copy()
        before = snapshot(self.folder)
        database = self.open(path)
        self.assertEqual([run.status for run in read_runs(database)], ["finished"])
        self.assertIn("snat_port_event", read_tables(database))
        self.assertEqual(database.execute("SELECT COUNT(*) FROM flow").fetchone(), (20,))
        for sql in ["DELETE FROM flow", "CREATE TABLE t (i)", "PRAGMA user_version = 1", "VACUUM"]:
            with self.assertRaises(sqlite3.OperationalError, msg=sql):
                database.execute(sql)
        self.assertEqual(snapshot(self.folder), before)

    def test_files_with_strange_names_and_rights_are_read(self):
        for name in ["a b.db", "50%?x=1#y.db", "\u00e9.db", "'\".db"]:
            with self.subTest(name=name):
                path = self.copy(name)
                path.chmod(0o444)
                self.assertEqual(len(read_runs(self.open(path))), 1)
        self.folder.chmod(0o555)
        self.addCleanup(self.folder.chmod, 0o755)
        self.assertEqual(len(read_runs(self.open(self.folder / "a b.db"))), 1)

    def test_a_database_with_an_empty_log_is_read_without_side_files(self):
        path = self.copy()
        change(path, "PRAGMA journal_mode = WAL")
        before = snapshot(self.folder)
        self.assertEqual(len(read_runs(self.open(path))), 1)
        self.assertEqual(snapshot(self.folder), before)

    def test_a_database_that_is_written_to_right_now_is_refused(self):
        path = self.copy()
        writer = sqlite3.connect(path, isolation_level=None)
        self.addCleanup(writer.close)
        writer.execute("BEGIN EXCLUSIVE")
        with self.assertRaisesRegex(TraceError, "x.db: a program is writing to it; wait"):
            open_database(path)
        writer.execute("COMMIT")
        self.assertEqual(len(read_runs(self.open(path))), 1)

    def test_what_is_put_in_order_as_the_line_says_can_be_read(self):
        for spoil_it in (kill_writer, leave_log):
            with self.subTest(spoil_it.__name__):
                path = self.copy()
                spoil_it(path)
                with self.assertRaises(TraceError) as caught:
                    open_database(path)
                command = str(caught.exception).partition("in order: ")[2]
                subprocess.run(command, shell=True, check=True, stdout=subprocess.DEVNULL)
                self.assertEqual(len(read_runs(self.open(path))), 1)

    def test_all_else_is_refused_with_one_line_and_left_as_it_was(self):
        for name, (spoil_it, text) in REFUSED.items():
            with self.subTest(name), tempfile.TemporaryDirectory(dir=self.folder) as folder:
                path = Path(shutil.copy(self.good, Path(folder) / "x.db"))
                spoil_it(path)
                before = snapshot(Path(folder))
                with self.assertRaisesRegex(TraceError, rf"x\.db: .*({text})") as caught:
                    open_database(path)
                self.assertNotIn("\n", str(caught.exception))
                self.assertEqual(snapshot(Path(folder)), before)

    def test_what_is_merged_may_have_any_version_but_nothing_else(self):
        for name, (spoil_it, text) in REFUSED.items():
            with self.subTest(name), tempfile.TemporaryDirectory(dir=self.folder) as folder:
                path = Path(shutil.copy(self.good, Path(folder) / "x.db"))
                spoil_it(path)
                if name in ("older", "newer", "killed in a commit", "with a log"):
                    open_existing(path).close()
                else:
                    with self.assertRaisesRegex(TraceError, text):
                        open_existing(path)


if __name__ == "__main__":
    sys.exit(unittest.main())
