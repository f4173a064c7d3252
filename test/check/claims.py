# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Is every claim about Azure in doc/sources.rst, and is what that names there?

Every statement has a test that names it, or a reason to have none; whether the tests pass is for
"./azure-net test --facts" to tell.
"""

import re

import facts
from common import CODE, files, read

# S0-17, OB-2006, B.2: identifiers of claims about Azure, as doc/sources.rst lists them.
CLAIM = (
    r"\b(?:S\d-\d\d|(?:AS|ASG|BLOG|CC|CL|DG|DM|ES|FI|FL|HA|HE|IPV|LBL|LIM|ML|MP|MR|MV|NG|NM|NS"
    r"|NSGH?|NT|OB|OR|PR|SK|ST|TI|TP|TR|YH)-\d{4}|APPSVC|PRI|GH \d+|[BC]\.\d{1,2})\b"
)


def find_problems():
    """What is wrong."""
    sources = read("doc/sources.rst")
    claims = set(re.findall(CLAIM, sources))
    for path in [*files(CODE, ".h", ".cc"), *files(["doc"], ".rst")]:
        for claim in sorted(set(re.findall(CLAIM, read(path))) - claims):
            yield f"{path}: doc/sources.rst lacks {claim}"
    yield from find_missing_files(sources)
    statements, reasons, _ = facts.load()
    named = facts.ids_in_sources()
    for statement in sorted(named.keys() - statements.keys()):
        yield f"{named[statement]}: doc/sources.rst lacks {statement}"
    for statement in sorted(statements.keys() - named.keys() - reasons.keys()):
        yield f"doc/sources.rst: no test names {statement}, and no reason is given"


def find_missing_files(sources):
    """Files that the tables say a claim is in."""
    stems = {path.stem for path in files(CODE, ".h", ".cc")}
    for head, *rows in facts.tables(sources):
        is_list = head[-1].startswith("where in the code")
        places = " ".join(row[-1] for row in rows) if is_list else ""
        names = set(re.findall(r"\bazure-[a-z0-9-]+", places))
        names |= {f"azure-{name}" for name in re.findall(r"\b[a-z0-9-]+-test\b", places)}
        for examples in re.findall(r"\bexamples? ([a-z0-9-]+(?:, [a-z0-9-]+)*)", places):
            names |= {name for name in examples.split(", ") if not name.endswith("-test")}
        for name in sorted(names - stems):
            yield f"doc/sources.rst: there is no file {name}.cc or {name}.h"
