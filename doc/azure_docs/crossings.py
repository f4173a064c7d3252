# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""A Sphinx extension: links that the text of the pages does not spell.

The name of a page in running text, as scale.rst, becomes a link to it, and the name of a class or
of a member in literals, as ``HostAgent`` or ``SlbManager::AddPoolMember()``, one to its description
in the API documentation.  So the pages read as well in a text editor or on a forge.
"""

import re
from collections.abc import Iterator

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from . import api

PAGE = re.compile(r"\b((?:[a-z0-9]+-)*[a-z0-9]+)\.rst\b")


class PageLinks(SphinxTransform):
    """Names of pages in running text."""

    default_priority = 300

    def apply(self, **kwargs: object) -> None:
        for text in list(self.document.findall(nodes.Text)):
            inside = (nodes.FixedTextElement, nodes.literal, nodes.title, nodes.reference)
            if not is_in(text, (*inside, addnodes.pending_xref, nodes.comment)):
                parts = list(self.split(str(text)))
                if len(parts) > 1:
                    text.parent.replace(text, parts)

    def split(self, text: str) -> Iterator[nodes.Node]:
        """The text with links in place of names of pages."""
        end = 0
        for match in PAGE.finditer(text):
            yield nodes.Text(text[end : match.start()])
            link = addnodes.pending_xref(
                "",
                nodes.inline("", match[0], classes=["doc"]),
                refdoc=self.env.docname,
                refdomain="std",
                refexplicit=False,
                reftype="doc",
                reftarget=match[1],
                refwarn=True,
            )
            yield link
            end = match.end()
        yield nodes.Text(text[end:])


class ApiLinks(SphinxTransform):
    """Names of classes and members in literals."""

    default_priority = 310

    def apply(self, **kwargs: object) -> None:
        targets = self.config.azure_api_targets
        for literal in list(self.document.findall(nodes.literal)):
            name = literal.astext().removeprefix("ns3::azure::")
            target = targets.get(name) or targets.get(name.removesuffix("()"))
            if target and not is_in(literal, (nodes.title, nodes.reference)):
                link = nodes.reference("", "", refuri=f"../api/{target}", classes=["api"])
                literal.replace_self(link)
                link += literal


def is_in(node: nodes.Node, kinds: tuple[type, ...]) -> bool:
    """Is the node inside of one of these kinds?"""
    while node.parent is not None:
        node = node.parent
        if isinstance(node, kinds):
            return True
    return False


def setup(app: Sphinx) -> dict[str, object]:
    """Called by Sphinx."""
    app.add_config_value("azure_api_targets", {}, "env", [dict])
    app.connect(
        "config-inited",
        lambda _, config: config.__setitem__("azure_api_targets", api.read_targets(app.outdir)),
    )
    app.add_transform(PageLinks)
    app.add_transform(ApiLinks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
