# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""The statements about Azure that have to be tested, and the tests that name them.

doc/sources.rst lists the statements: every row of its tables whose first column is an id like S0-01
is one, and the table with the columns "ids" and "reason" says which of them need no test, or, where
the reason begins with "partly: ", what their tests leave out.

A test names statements by ids like S0_01 in its own name.  An example does so by a comment "Facts:
S0-01, S0-02" in its file, which holds for the runs that its file comment shows; the same line in a
script below test/ holds for the test that is the script.
"""

import re

from common import TOP, blank, files, read

STATEMENT = re.compile(r"S\d-\d\d")
IN_NAME = re.compile(r"(?<![A-Za-z0-9])S(\d)_(\d\d)(?!\d)")
IN_COMMENT = re.compile(rf"^\W*Facts: ({STATEMENT.pattern}(?:, {STATEMENT.pattern})*)$", re.M)
PARTLY = "partly: "
BORDER = re.compile(r"=+(?: +=+)+")


def tables(text):
    """The simple tables of a reStructuredText: lists of rows, the head first, of texts."""
    columns, rows, is_new_row = None, [], True
    for line in [*text.splitlines(), ""]:
        if BORDER.fullmatch(line):
            columns = [match.start() for match in re.finditer("=+", line)]
            is_new_row = True
        elif columns and line.strip():
            cells = [line[a:b].split() for a, b in zip(columns, [*columns[1:], None])]
            if cells[0] or is_new_row:
                rows.append(cells)
            else:
                rows[-1] = [old + more for old, more in zip(rows[-1], cells)]
            is_new_row = False
        elif columns:  # our tables have no blank lines
            yield [[" ".join(words) for words in row] for row in rows]
            columns, rows = None, []


def read_sources(text):
    """The statements, the reasons of those that need no test, and what tests of others leave out.

    Each is a dictionary by id, the first one in order.
    """
    statements, reasons, gaps = {}, {}, {}
    for head, *rows in tables(text):
        if head == ["id", "claim", "where in the code"]:
            for statement, claim, _ in rows:
                if not STATEMENT.fullmatch(statement) or statement in statements:
                    raise ValueError(f"doc/sources.rst: {statement} is no id, or is there twice")
                statements[statement] = claim
        elif head == ["ids", "reason"]:
            for ids, reason in rows:
                found = gaps if reason.startswith(PARTLY) else reasons
                found |= dict.fromkeys(STATEMENT.findall(ids), reason.removeprefix(PARTLY))
    if unknown := (reasons.keys() | gaps.keys()) - statements.keys():
        raise ValueError(f"doc/sources.rst does not list {', '.join(sorted(unknown))}")
    if both := reasons.keys() & gaps.keys():
        raise ValueError(f"doc/sources.rst gives two reasons for {', '.join(sorted(both))}")
    return dict(sorted(statements.items())), reasons, gaps


def ids_in_name(name):
    """The ids of statements that a test's name carries."""
    return {f"S{document}-{number}" for document, number in IN_NAME.findall(name)}


def ids_in_comments(text):
    """The ids of statements that a file's lines "Facts: ..." name."""
    return {id for ids in IN_COMMENT.findall(text) for id in STATEMENT.findall(ids)}


def file_facts():
    """The ids that examples and scripts check, by the test's name for ctest."""
    paths = {f"example/{path.stem}": path for path in files(["examples"], ".cc")}
    for path in files(["test"], ".py"):
        suffix = "-options" if path.parent.name == "example" else ""
        paths[f"{path.parent.name}/{path.stem}{suffix}"] = path
    return {test: ids_in_comments(read(path)) for test, path in paths.items()}


def ids_in_sources():
    """The ids that tests name, each with the first file that does so; nothing is run."""
    found = {}
    for path in files(["test/unit", "test/simulation"], ".cc"):
        for statement in ids_in_name(blank(read(path), strings=False)):
            found.setdefault(statement, path)
    for test, statements in file_facts().items():
        for statement in statements:
            found.setdefault(statement, test)
    return found


def load():
    """What read_sources() finds in the project's own doc/sources.rst."""
    return read_sources(read(TOP / "doc/sources.rst"))
