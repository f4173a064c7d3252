#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Tries the checks of doc/azure_docs/ on pages of its own, with and without faults."""

import importlib.util
import sys
import tempfile
import unittest
from pathlib import Path

from common import TOP

SKIPPED = 77
if any(importlib.util.find_spec(name) is None for name in ("lxml", "markdown")):
    print('skipped: python3-lxml or python3-markdown is missing; "./azure-net setup --check"')
    sys.exit(SKIPPED)

sys.path.insert(0, str(TOP / "doc"))

from azure_docs import debian_furo, links

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


if __name__ == "__main__":
    unittest.main()
