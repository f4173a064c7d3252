# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""A Sphinx extension: puts back what the theme furo lost when Debian 12 packed it.

Its style sheet imports another one from where only a web server of Debian's has it, and lacks the
dark colors for those whose system is dark; its script is a module, which is not loaded as one.  A
furo that has none of these faults is left as it is.
"""

import re
from pathlib import Path

from sphinx.application import Sphinx

NORMALIZE = "@import url(/javascript/normalize.css/normalize.css);"
DARK = re.compile(r'^  body\[data-theme="dark"\] \{[^}]*\}', re.M)
SCROLLING = 'import Gumshoe from "./gumshoe-patched.js";'


def mend_styles(text: str) -> str:
    """The style sheet, complete."""
    if NORMALIZE in text:
        text = text.replace(NORMALIZE, Path(f"/usr/share{NORMALIZE[12:-2]}").read_text("utf-8"))
    colors = DARK.search(text)
    if colors and "prefers-color-scheme" not in text:
        unasked = colors[0].replace('body[data-theme="dark"]', 'body:not([data-theme="light"])')
        text += f"\n@media not print {{ @media (prefers-color-scheme: dark) {{\n{unasked} }} }}\n"
    return text


def mend_script(path: Path) -> str:
    """The script, with the one that it imports."""
    text = path.read_text("utf-8")
    if SCROLLING in text:
        text = text.replace(SCROLLING, (path.parent / "gumshoe-patched.js").read_text("utf-8"))
    return text


def mend(app: Sphinx, exception: Exception | None) -> None:
    """Called when all files are written."""
    static = Path(app.outdir) / "_static"
    if exception is None and static.exists():
        styles = static / "styles/furo.css"
        styles.write_text(mend_styles(styles.read_text("utf-8")), "utf-8")
        script = static / "scripts/furo.js"
        script.write_text(mend_script(script), "utf-8")


def setup(app: Sphinx) -> dict[str, object]:
    """Called by Sphinx."""
    app.connect("build-finished", mend)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
