# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""How the documentation is built: what programs print, the API by Doxygen, the manual by Sphinx."""

from pathlib import Path

DOC = Path(__file__).resolve().parents[1]
TOP = DOC.parent


class DocumentError(Exception):
    """What is wrong with the documents, a line each."""

    def __init__(self, findings: list[str]) -> None:
        super().__init__("\n".join(findings))
        self.findings = findings
