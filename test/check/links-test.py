#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Tries the checks of doc/azure_docs/ on pages of its own, with and without faults."""

import importlib.util
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from common import TOP

SKIPPED = 77
if any(importlib.util.find_spec(name) is None for name in ("lxml", "markdown", "sphinx")):
    print('skipped: lxml, Markdown or Sphinx for Python is missing; "./azure-net setup --check"')
    sys.exit(SKIPPED)

sys.path.insert(0, str(TOP / "doc"))

from azure_docs import DocumentError, debian_furo, generated, links, manual

PAGE = '<html><head><link rel="stylesheet" href="a.css"></head><body id="top">{}</body></html>'


class LinkTest(unittest.TestCase):
    """What is said of a page's links."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        links.read_anchors.cache_clear()
        self.write("a.css", "/* url(gone.png) */ a { background: url('data:image/png;base64,') }")
        self.write("other.html", PAGE.format('<h2 id="there">x</h2><a name="old"></a>'))

    def write(self, name: str, text: str) -> Path:
        """Writes a file."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def find(self, body: str) -> links.Links:
        """What is found in a page with this body, and all others."""
        self.write("page.html", PAGE.format(body))
        return links.check_folder(self.folder, self.folder)

    def expect(self, body: str, *findings: str) -> None:
        """These, and no others, are the findings."""
        name = self.folder.name
        self.assertEqual(self.find(body).findings, [f"{name}/{finding}" for finding in findings])

    def test_good_links(self) -> None:
        """Links to files, to anchors old and new, and to the page itself."""
        targets = ["other.html", "other.html#there", "other.html#old", "#top", "./a.css"]
        found = self.find("".join(f'<a href="{target}">x</a>' for target in targets))
        self.assertEqual(found.findings, [])
        self.assertEqual((found.pages, found.inside), (2, 7))  # two links to the style sheet

    def test_no_file(self) -> None:
        """A page or a picture that is not there."""
        self.expect('<a href="gone.html">x</a>', "page.html: gone.html leads to no file")
        self.expect('<img src="gone.svg">', "page.html: gone.svg leads to no file")

    def test_no_anchor(self) -> None:
        """An anchor that is not there, in another page and in the same."""
        self.expect('<a href="other.html#x">x</a>', "page.html: other.html#x leads to no anchor")
        self.expect('<a href="#x">x</a>', "page.html: #x leads to no anchor")

    def test_network(self) -> None:
        """Other hosts may be linked, but nothing is loaded from there."""
        found = self.find('<a href="https://example.org/a">x</a>' * 2)
        self.assertEqual((found.findings, found.outside), ([], {"https://example.org/a": 2}))
        self.expect(
            '<script src="https://example.org/x.js"></script>',
            "page.html: https://example.org/x.js would be loaded from the network",
        )

    def test_malformed_addresses(self) -> None:
        """Addresses that can lead nowhere."""
        for address in ("https://example", "http:///x", "ftp://example.org/", "https://a_b.org/"):
            self.expect(
                f'<a href="{address}">x</a>', f"page.html: {address} is not well-formed"
            )

    def test_style_sheets(self) -> None:
        """What a style sheet loads has to be there."""
        self.write("a.css", "@import url(/javascript/x.css); a { background: url(gone.png) }")
        self.expect(
            "",
            "a.css: /javascript/x.css is not there",
            "a.css: gone.png is not there",
        )

    def test_markdown(self) -> None:
        """Links of Markdown, with a page of doc/ that has the anchors of what it is built to."""
        self.write("page.rst", "")
        self.write("page.html", PAGE.format('<h2 id="section">x</h2>'))
        text = "# A title\n\n[a](page.rst#section) [b](#a-title) [c](page.rst#x) `[d](gone)`\n"
        path = self.write("README.md", text)
        found = links.check_file(path, "README.md", self.folder)
        self.assertEqual(found.findings, ["README.md: page.rst#x leads to no anchor"])
        self.assertEqual(found.inside, 3)


class ThemeTest(unittest.TestCase):
    """What is put back into Debian's furo."""

    def test_dark_colors(self) -> None:
        """Those of a dark system are the ones that can be chosen."""
        text = '@media x {\n  body[data-theme="dark"] {\n    --color: #111; } }\n'
        mended = debian_furo.mend_styles(text)
        self.assertIn('body:not([data-theme="light"]) {\n    --color: #111; }', mended)
        self.assertEqual(debian_furo.mend_styles(mended), mended)


class ManualTest(unittest.TestCase):
    """What is said of pages that Sphinx warns of."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.page = self.folder / "index.rst"
        self.page.write_text("A title\n=====\n", encoding="utf-8")
        (self.folder / "conf.py").write_text("", encoding="utf-8")
        self.enterContext(mock.patch.object(manual, "DOC", self.folder))

    def build(self) -> None:
        """Builds what is there."""
        manual.build(self.folder / "build")

    def test_warnings_are_told_again(self) -> None:
        """As long as the page has not changed, and no longer."""
        for _ in range(2):
            with self.assertRaisesRegex(DocumentError, "index.rst:2: .*underline too short"):
                self.build()
        self.page.write_text("A title\n=======\n", encoding="utf-8")
        self.build()
        self.assertTrue((self.folder / "build/html/index.html").exists())

    def test_an_interruption_hides_no_warning(self) -> None:
        """Whoever interrupts a build has not seen what it would have said."""

        def stop(*words, **options):
            real(*words, **options)
            raise KeyboardInterrupt

        real = subprocess.run
        with mock.patch.object(subprocess, "run", stop), self.assertRaises(KeyboardInterrupt):
            self.build()
        with self.assertRaisesRegex(DocumentError, "underline too short"):
            self.build()

    def test_a_failure_without_words(self) -> None:
        """A process that dies silently is no success."""
        dead = subprocess.CompletedProcess([], -9, "", "")
        with mock.patch.object(subprocess, "run", return_value=dead):
            with self.assertRaisesRegex(DocumentError, "status -9"):
                self.build()


class GeneratedTest(unittest.TestCase):
    """What is said of programs that print pages."""

    def test_a_program_that_fails(self) -> None:
        """What it says is told."""
        command = ["sh", "-c", "echo because >&2; exit 3"]
        with self.assertRaisesRegex(DocumentError, "status 3\nbecause$"):
            generated.run(command)


if __name__ == "__main__":
    unittest.main()
