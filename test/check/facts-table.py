#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""facts-table.py RESULTS [--all]: which statements about Azure are tested, by a run of all tests.

RESULTS is what ctest wrote by --output-junit.  A statement of doc/sources.rst passes if tests that
name it ran and all of them passed, but only partly if doc/sources.rst says what they leave out.
The exit status is 1 if a test failed, if a statement has neither a test that ran nor a reason there
to have none, or if a test names a statement that is not listed there.  Of several tests of a
statement the shortest name is printed, with --all all names.
"""

import collections
import sys
import textwrap
import xml.etree.ElementTree

import facts

WIDTH = 80
RESULT_WIDTH = len("out of reach")
TEXT_WIDTH = WIDTH - len("S0-01") - RESULT_WIDTH - 4
PASSED, PARTLY, FAILED, SKIPPED = "pass", "partly", "FAIL", "skip"
EXCUSED, UNTESTED = "out of reach", "NO TEST"
WORDS = {
    PASSED: "tested",
    PARTLY: "partly",
    FAILED: "failed",
    EXCUSED: "out of reach",
    UNTESTED: "without a test",
}


def read_results(file):
    """The result of each test, by the name ctest has for it."""
    status = {"run": PASSED, "fail": FAILED}
    cases = xml.etree.ElementTree.parse(file).iter("testcase")
    return {case.get("name"): status.get(case.get("status"), SKIPPED) for case in cases}


def tests_of(results, examples):
    """The names of the tests that carry an id, by id; examples are the ids by example."""
    found = {}
    for test in results:
        for statement in facts.ids_in_name(test) | examples.get(test, set()):
            found.setdefault(statement, []).append(test)
    return found


def judge(tests, reason, gap, results):
    """What is said of a statement: the results of its tests in one word."""
    said = {results[test] for test in tests}
    if FAILED in said:
        return FAILED
    if reason:
        return EXCUSED
    if PASSED not in said:
        return UNTESTED
    return PARTLY if gap else PASSED


def shorten(name):
    """The name, cut where it does not fit: without its instance, then at its end."""
    width = WIDTH - len("S0-01") - 4
    if len(name) > width:
        name = name.split("/", 1)[-1]
    return name if len(name) <= width else f"{name[: width - 3]}..."


def lines_of(statement, claim, result, notes):
    """A row of the table: the claim wrapped between id and result, the notes below it."""
    first, *rest = textwrap.wrap(claim, TEXT_WIDTH)
    yield f"{statement:7}{first:{TEXT_WIDTH}}  {result}".rstrip()
    yield from (f"{'':7}{line}" for line in [*rest, *notes])


def note_tests(tests, results, is_all):
    """The names of a statement's tests, failed ones always, those of examples last."""
    tests = sorted(tests, key=lambda test: (not facts.ids_in_name(test), len(test), test))
    if is_all:
        return [f"  {results[test]}  {test}" for test in tests]
    shown = [test for test in tests if results[test] == FAILED] or tests[:1]
    more = [f"  + {len(tests) - len(shown):,} more"] if len(tests) > len(shown) else []
    return [f"  {shorten(test)}" for test in shown] + more


def print_table(statements, reasons, gaps, results, examples, is_all):
    """Prints all there is to say. Returns whether all is well."""
    counts = collections.Counter(results.values())
    skipped = f", {counts[SKIPPED]:,} skipped" if counts[SKIPPED] else ""
    print(f"{counts[PASSED]:,} of {len(results):,} tests passed{skipped}\n")

    tests = tests_of(results, examples)
    judged = {}
    print(f"{'id':7}{'statement and tests':{TEXT_WIDTH}}  result")
    for statement, claim in statements.items():
        reason, gap = reasons.get(statement, ""), gaps.get(statement, "")
        names = tests.get(statement, [])
        judged[statement] = judge(names, reason, gap, results)
        notes = [f"  {line}" for line in textwrap.wrap(reason or gap, WIDTH - 9)]
        notes += note_tests(names, results, is_all)
        print(*lines_of(statement, claim, judged[statement], notes), sep="\n")
    print()

    findings = [f"failed: {test}" for test, result in results.items() if result == FAILED]
    findings += [
        f"{test} names {statement}, which doc/sources.rst does not list"
        for statement in sorted(tests.keys() - statements.keys())
        for test in tests[statement]
    ]
    if findings:
        print(*findings, "", sep="\n")

    counts = collections.Counter(judged.values())
    counted = ", ".join(f"{counts[said]} {words}" for said, words in WORDS.items() if counts[said])
    print(f"{len(statements)} statements: {counted}")
    return not findings and not counts[UNTESTED] and bool(results)


def main():
    is_all = "--all" in sys.argv[2:]
    try:
        statements, reasons, gaps = facts.load()
        results = read_results(sys.argv[1])
    except (ValueError, OSError, xml.etree.ElementTree.ParseError) as error:
        sys.exit(f"facts: {error}")
    if not print_table(statements, reasons, gaps, results, facts.file_facts(), is_all):
        sys.exit(1)


if __name__ == "__main__":
    main()
