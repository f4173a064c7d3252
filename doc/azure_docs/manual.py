# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""The manual, by Sphinx from the pages of doc/."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from . import DOC, TOP, DocumentError

# Pages that Sphinx makes by itself.
OTHER_PAGES = {"genindex", "search"}


def build(folder: Path) -> None:
    """Builds FOLDER/html from what has changed; raises DocumentError for warnings."""
    # What was interrupted has told nobody its warnings, and would say nothing of them again.
    unfinished = folder / "html.unfinished"
    if unfinished.exists():
        forget(folder)
    folder.mkdir(parents=True, exist_ok=True)
    unfinished.touch()
    pages = {path.stem for path in DOC.glob("*.rst")}
    for path in (folder / "html").glob("*.html"):
        if path.stem not in pages | OTHER_PAGES:
            path.unlink()
    command = ["/usr/bin/sphinx-build", "-b", "html", "-q", "-n", "-W", "--keep-going"]
    command += ["-j", str(os.cpu_count()), "-d", f"{folder}/doctrees", str(DOC), f"{folder}/html"]
    # No byte code of conf.py among the sources.
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"}
    answer = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if answer.returncode != 0:
        lines = re.sub("\x1b[^m]*m", "", answer.stderr + answer.stdout).splitlines()
        noise = "build finished with problems"
        said = [line.replace(f"{TOP}/", "") for line in lines if line.strip() and noise not in line]
        raise DocumentError(said or [f"sphinx-build ended with status {answer.returncode}"])
    unfinished.unlink()


def forget(folder: Path) -> None:
    """Lets Sphinx read and write all pages anew."""
    for name in ("doctrees", "html"):
        shutil.rmtree(folder / name, ignore_errors=True)
