#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""The documentation can be built, and has every attribute, trace source and claim of the code.

The manual's tables of drop reasons and profiles are those of the code, and the files that
doc/sources.rst names are there, as are examples and tests in the commands that documents quote.
What is written of the trace database's schema is what azure-trace-schema prints.

Every statement of doc/sources.rst has a test that names it, or a reason to have none; whether the
tests pass is for "./azure-net test --facts" to tell.
"""

import re
import subprocess
import sys
from pathlib import Path

import facts
from commands import Commands
from common import CODE, MODULE, TOP, blank, files, finish, read

sys.path.insert(0, str(TOP / "doc"))

from azure_docs import DocumentError, api, links  # noqa: E402
from azure_docs import manual as manual_pages  # noqa: E402

# S0-17, OB-2006, B.2: identifiers of claims about Azure, as doc/sources.rst lists them.
CLAIM = (
    r"\b(?:S\d-\d\d|(?:AS|ASG|CC|DM|ES|FI|FL|HA|IPV|LBL|LIM|MP|MV|NG|NSGH?|OB|OR|PR|SK|ST|TP|TR)"
    r"-\d{4}|PRI|[BC]\.\d{1,2})\b"
)

findings = []


def document(name):
    """The text of a file of doc/; nothing there is a finding."""
    if (TOP / "doc" / name).exists():
        return read(f"doc/{name}")
    findings.append(f"doc/{name} does not exist")
    return ""


def compare_tables(path, page, coded, documented):
    """Each difference between a table of the code and the manual's is a finding."""
    for row in coded:
        if row not in documented:
            findings.append(f"{path}: doc/{page} lacks the row {' | '.join(row)}")
    for row in documented:
        if row not in coded:
            findings.append(f"doc/{page}: {path} lacks the row {' | '.join(row)}")
    if sorted(coded) == sorted(documented) and coded != documented:
        findings.append(f"doc/{page}: the rows are in another order than in {path}")


def check_schema(build):
    """Each document that is not what azure-trace-schema prints is a finding."""
    program = "azure-trace-schema"
    command = ["cmake", "--build", build, "--target", program]
    make = subprocess.run(command, capture_output=True, text=True)
    if make.returncode != 0:
        findings.append(f"{program} cannot be built:\n{make.stdout}{make.stderr}")
        return
    for name, form in (("database-tables.rst", "rst"), ("figures/database.dot", "dot")):
        command = [f"{build}/utils/{program}", f"--format={form}"]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        if document(name) != printed:
            findings.append(
                f"doc/{name} is not what {program} --format={form} prints; "
                f'doc/database.rst, "Changing the schema", tells how to write it'
            )
    diagram = document("figures/database.svg")
    for table in re.findall(r'^ +"(\w+)" \[label', document("figures/database.dot"), re.M):
        if f">{table}</text>" not in diagram:
            findings.append(f"doc/figures/database.svg lacks the table {table}: run dot anew")
    views = set(re.findall(r"^(v_\w+)$", document("database-tables.rst"), re.M))
    answers = [rows for head, *rows in facts.tables(document("database.rst")) if head[0] == "view"]
    listed = {row[0].strip("`") for rows in answers for row in rows}
    for view in sorted(views ^ listed):
        findings.append(f"doc/database.rst: the table of views lacks {view}, or it is no view")


def list_settings(head, rows):
    """A table of profiles as rows of setting, profile and value, without those that have none."""
    pairs = ((row[0], *pair) for row in rows for pair in zip(head[1:], row[1:]))
    return [list(row) for row in pairs if row[2]]


def read_bundles(text):
    """The settings of azure-profile.cc's bundles, as rows of setting, profile and value: of those
    that say everything, and of those that are another one with changes."""
    lines = re.search(r"\bTABLE\{\n(.*?)\n *\};", text, re.S)[1].splitlines()
    head, *rows = [re.findall(r'"([^"]*)"', line) for line in lines]
    derived = []
    for entry in re.findall(r"\{(.*?)\}", re.search(r"\bDERIVED\{(.*?)\};", text, re.S)[1], re.S):
        name, *texts = re.findall(r'"([^"]*)"', entry)
        base, changes = re.fullmatch(r"(\w+)\[(.*)\]", "".join(texts)).groups()
        derived.append(["based on", name, base])
        for change in changes.split("|"):
            setting, value = change.split("=")
            derived.append([setting, name, value])
    return list_settings(head, rows), derived


def read_settings(text):
    """What azure-profile.cc says of its settings, as rows of setting and meaning."""
    entries = re.search(r"> SETTINGS\{(.*?)\n    \};", text, re.S)[1]
    names = r'(?:Make\w+(?:<[\w:]+>)?\(|\{\{)"(\w+)"(.*?)(?=\n {8}(?:Make|\{\{)|\Z)'
    return [
        [name, re.findall(r'"([^"]*)"', entry.split("[](")[0])[-1]]
        for name, entry in re.findall(names, entries, re.S)
    ]


folder = Path(sys.argv[1]).resolve() / "docs"
try:
    api.build(folder)
    manual_pages.build(folder)
    links.check(folder)
except DocumentError as error:
    findings += error.findings

check_schema(sys.argv[1])

manual = document("attributes.rst")
for path in files(MODULE, ".h", ".cc"):
    text = blank(read(path), strings=False)
    for kind, name in re.findall(r'\.Add(Attribute|TraceSource)\(\s*"(\w+)"', text):
        if not re.search(rf"\b{name}\b", manual):
            findings.append(f"{path}: doc/attributes.rst lacks {name} ({kind})")

described, bundled, derived, explained = [], [], [], []
for head, *rows in facts.tables(document("drop-reasons.rst") + "\n" + document("profiles.rst")):
    if head == ["name", "the packet was dropped because"]:
        described += rows
    elif head == ["setting", "meaning"]:
        explained += rows
    elif head[0] == "setting" and rows[0][0] == "based on":
        derived += list_settings(head, rows)
    elif head[0] == "setting":
        bundled += list_settings([column.removesuffix(" (default)") for column in head], rows)

path = "model/values/azure-drop-reason.h"
drops = re.findall(r'\{DropReason::\w+,\s*"([^"]*)",\s*"([^"]*)"\}', read(path))
compare_tables(path, "drop-reasons.rst", [list(row) for row in drops], described)

path = "model/values/azure-profile.cc"
coded, changed = read_bundles(read(path))
compare_tables(path, "profiles.rst", coded, bundled)
compare_tables(path, "profiles.rst", sorted(changed), sorted(derived))
compare_tables(path, "profiles.rst", read_settings(read(path)), explained)

sources = document("sources.rst")
claims = set(re.findall(CLAIM, sources))
for path in files(CODE, ".h", ".cc"):
    for claim in sorted(set(re.findall(CLAIM, read(path))) - claims):
        findings.append(f"{path}: doc/sources.rst lacks {claim}")

stems = {path.stem for path in files(CODE, ".h", ".cc")}
for head, *rows in facts.tables(sources):
    places = " ".join(row[-1] for row in rows) if head[-1].startswith("where in the code") else ""
    names = set(re.findall(r"\bazure-[a-z0-9-]+", places))
    names |= {f"azure-{name}" for name in re.findall(r"\b[a-z0-9-]+-test\b", places)}
    for examples in re.findall(r"\bexamples? ([a-z0-9-]+(?:, [a-z0-9-]+)*)", places):
        names |= {name for name in examples.split(", ") if not name.endswith("-test")}
    for name in sorted(names - stems):
        findings.append(f"doc/sources.rst: there is no file {name}.cc or {name}.h")

commands = Commands()
for path in [*files(["doc"], ".rst"), *sorted(file.name for file in TOP.glob("*.md"))]:
    findings += (f"{path}: {problem}" for problem in commands.find_problems(read(path)))

statements, reasons, _ = facts.load()
named = facts.ids_in_sources()
for statement in sorted(named.keys() - statements.keys()):
    findings.append(f"{named[statement]}: doc/sources.rst lacks {statement}")
for statement in sorted(statements.keys() - named.keys() - reasons.keys()):
    findings.append(f"doc/sources.rst: no test names {statement}, and no reason is given")
finish(findings)
