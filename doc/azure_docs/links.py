# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Do all links lead somewhere?  In built pages, and in the Markdown files of the project.

A link within the project has to lead to a file that is there, and to an anchor that is in it.
Links to other places are only looked at: nothing asks the network, and no page may need it to be
read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import markdown
from lxml import etree, html

from . import TOP, DocumentError

# What a page needs to be shown; an anchor leads elsewhere only when it is followed.
LOADED = {"img", "script", "iframe", "object", "embed", "source", "video", "audio", "link"}
LOADED_BY_STYLES = re.compile(
    r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)]*))\s*\)|@import\s+"([^"]*)\""""
)
HOST = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(:[0-9]+)?", re.I)


@dataclass
class Links:
    """What was found in some files."""

    pages: int = 0
    inside: int = 0
    outside: dict[str, int] = field(default_factory=dict)  # address: how often
    findings: list[str] = field(default_factory=list)

    def __iadd__(self, other: "Links") -> "Links":
        self.pages += other.pages
        self.inside += other.inside
        for address, count in other.outside.items():
            self.outside[address] = self.outside.get(address, 0) + count
        self.findings += other.findings
        return self

    def check_outside(self, name: str, element: str, address: str) -> None:
        """An address of another host."""
        parts = urlsplit(address)
        self.outside[address] = self.outside.get(address, 0) + 1
        if element in LOADED:
            self.findings.append(f"{name}: {address} would be loaded from the network")
        if parts.scheme == "mailto":
            return
        if parts.scheme not in ("http", "https") or not HOST.fullmatch(parts.netloc):
            self.findings.append(f"{name}: {address} is not well-formed")
        elif re.search(r"\s", address):
            self.findings.append(f"{name}: {address} has blanks")


def read_page(path: Path) -> html.HtmlElement:
    """The page; of a Markdown file, what it becomes."""
    if path.suffix == ".md":
        text = path.read_text(encoding="utf-8")
        extensions = ["fenced_code", "tables", "toc"]
        return html.fromstring(f"<body>{markdown.markdown(text, extensions=extensions)}</body>")
    return html.parse(str(path), html.HTMLParser(encoding="utf-8")).getroot()


@cache
def read_anchors(path: Path, built: Path) -> frozenset[str]:
    """What a link to a file may have after #; pages of doc/ have the anchors that Sphinx gives."""
    if path.suffix == ".rst":
        path = built / f"{path.stem}.html"
    if path.suffix == ".svg":
        return frozenset(etree.parse(str(path)).xpath("//@id"))
    if path.suffix not in (".md", ".html"):
        return frozenset()
    return frozenset(read_page(path).xpath("//@id | //a/@name"))


def find_links(page: html.HtmlElement) -> Iterator[tuple[str, str]]:
    """Elements and where they lead."""
    for element in page.iter("*"):
        for name in ("href", "src", "data"):
            address = element.get(name)
            # A page's name as its canonical address is no link, and neither is what a script does.
            if address and not address.startswith(("data:", "javascript:")):
                yield element.tag, address.strip()


def check_file(path: Path, name: str, built: Path) -> Links:
    """The links of one file."""
    links = Links(pages=1)
    page = read_page(path)
    if page is None:
        links.findings.append(f"{name}: is empty")
        return links
    for element, address in find_links(page):
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            links.check_outside(name, element, address)
            continue
        links.inside += 1
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        anchor = unquote(parts.fragment)
        if not target.exists():
            links.findings.append(f"{name}: {address} leads to no file")
        elif anchor and anchor not in read_anchors(target, built):
            links.findings.append(f"{name}: {address} leads to no anchor")
    return links


def check_styles(path: Path, name: str) -> Links:
    """What a style sheet loads."""
    links = Links()
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
    for match in LOADED_BY_STYLES.finditer(text):
        address = next(part for part in match.groups() if part is not None)
        if address.startswith("data:"):
            continue
        links.inside += 1
        if urlsplit(address).netloc or not (path.parent / address).exists():
            links.findings.append(f"{name}: {address} is not there")
    return links


def check_folder(folder: Path, built: Path) -> Links:
    """The links of all pages of a folder; each finding once, however many pages have it."""
    links = Links()
    for path in sorted(folder.rglob("*.html")):
        links += check_file(path, f"{folder.name}/{path.relative_to(folder)}", built)
    for path in sorted(folder.rglob("*.css")):
        links += check_styles(path, f"{folder.name}/{path.relative_to(folder)}")
    links.findings = sorted(set(links.findings))
    return links


def check_markdown(built: Path) -> Links:
    """The links of the project's Markdown files."""
    links = Links()
    for path in sorted([*TOP.glob("*.md"), *TOP.glob("[a-z]*/**/*.md"), *TOP.glob(".[a-z]*/*.md")]):
        name = str(path.relative_to(TOP))
        if not name.startswith(("build", ".git/")):
            links += check_file(path, name, built)
    return links


def check(folder: Path) -> dict[str, Links]:
    """What each kind of pages has; raises DocumentError for links that lead nowhere."""
    built = folder / "html"
    found = {
        "manual": check_folder(built, built),
        "API": check_folder(folder / "api", built),
        "Markdown": check_markdown(built),
    }
    findings = [finding for part in found.values() for finding in part.findings]
    if findings:
        raise DocumentError(findings)
    return found
