# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Sphinx's configuration of the manual; "./azure-net docs" builds it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

# pylint: disable=invalid-name
project = "azure-net"
author = "The azure-net authors"
project_copyright = "2026, The azure-net authors"
language = "en"

extensions = ["azure_docs.crossings", "azure_docs.debian_furo"]
root_doc = "index"
exclude_patterns = ["azure_docs"]
nitpicky = True
# Shell sessions, tables of numbers and pseudo code are the most; the others say what they are.
highlight_language = "text"

html_theme = "furo"
html_title = "azure-net"
html_static_path = ["theme/manual.css"]
html_css_files = ["manual.css"]
html_copy_source = False
html_show_sphinx = False
html_last_updated_fmt = None
templates_path: list[str] = []
