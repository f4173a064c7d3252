# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Can the documentation be built, and is it what the code says?

What is generated has to be what the programs print; Sphinx and Doxygen have no warnings; all links
lead somewhere.  What is written by hand about the same things has to fit: the diagram of the
database, the table of its views, and the attributes that pages set.
"""

import re
import sys
from pathlib import Path

import facts
from common import TOP, files, read

sys.path[:0] = [str(TOP / "doc"), str(TOP / "test/support")]

import build_folder
from azure_docs import DocumentError, api, generated, links, manual

# A whole program in a page, with its name.
PROGRAM = re.compile(r"^\.\. code-block:: cpp\n(?: +:.*\n)* +:name: \S+\.cc\n(?:\n| .*\n)+", re.M)


def find_problems(build):
    """What is wrong."""
    folder = Path(build).resolve() / "docs"
    with build_folder.alone(folder):
        for step in (
            lambda: generated.check(Path(build)),
            lambda: api.build(folder),
            lambda: manual.build(folder),
            lambda: links.check(folder),
        ):
            try:
                step()
            except DocumentError as error:
                yield from error.findings
    yield from find_schema_problems()
    yield from find_attribute_problems()


def find_schema_problems():
    """Tables that the diagram lacks, and views that are not in the table of questions."""
    diagram = read("doc/figures/database.svg")
    for table in re.findall(r'^ +"(\w+)" \[label', read("doc/figures/database.dot"), re.M):
        if f">{table}</text>" not in diagram:
            yield f"doc/figures/database.svg lacks the table {table}: {generated.UPDATE}"
    views = set(re.findall(r"^(v_\w+)$", read("doc/database-tables.rst"), re.M))
    answers = [rows for head, *rows in facts.tables(read("doc/database.rst")) if head[0] == "view"]
    listed = {row[0].strip("`") for rows in answers for row in rows}
    for view in sorted(views ^ listed):
        yield f"doc/database.rst: the table of views lacks {view}, or it is no view"


def find_attribute_problems():
    """Attributes that pages set, and no class of ours has; whole programs set ns-3's own, too, and
    are run by tests."""
    known = set()
    for head, *rows in facts.tables(read("doc/attributes.rst")):
        if head[0] == "attribute":
            known |= {row[0].strip("`") for row in rows}
    for path in files(["doc"], ".rst"):
        text = PROGRAM.sub("", read(path))
        for name in re.findall(r'\bSet\w*Attribute\("(\w+)"', text):
            if name not in known:
                yield f"{path}: doc/attributes.rst has no attribute {name}"
