# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""The API documentation, by Doxygen from the public headers."""

import hashlib
import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

from . import DOC, TOP, DocumentError

# What may go without a comment, since it could only say the name again: fields, operators, and
# functions documented where they are declared first.
SELF_EXPLAINING = r"Member (?:.*\(variable\)|operator.*|.* override) .*is not documented"


def build(folder: Path) -> None:
    """Builds FOLDER/api, unless it is of the same headers; raises DocumentError for warnings."""
    stamp = folder / "api.stamp"
    inputs = hash_inputs()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == inputs:
        return
    stamp.unlink(missing_ok=True)
    shutil.rmtree(folder / "api", ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    settings = (DOC / "doxygen.conf").read_text(encoding="utf-8")
    settings += f'\nOUTPUT_DIRECTORY="{folder}"\nGENERATE_TAGFILE="{folder}/api.tag"\n'
    command = ["doxygen", "-"]
    answer = subprocess.run(
        command, cwd=TOP, input=settings, capture_output=True, text=True, check=False
    )
    findings = {
        line.replace(f"{TOP}/", "")
        for line in answer.stderr.splitlines()
        if line and not re.search(SELF_EXPLAINING, line)
    }
    if findings:
        raise DocumentError(sorted(findings))
    # Any warning makes the status 1, those that do not count, too.
    if answer.returncode not in (0, 1) or (answer.returncode == 1 and not answer.stderr):
        raise DocumentError([f"doxygen ended with status {answer.returncode}"])
    for path in (folder / "api").glob("*.html"):
        mend_summary(path)
    stamp.write_text(inputs, encoding="utf-8")


def mend_summary(path: Path) -> None:
    """Takes out of a page's head what Doxygen 1.9.4 links to and leaves out: private classes."""
    text = path.read_text(encoding="utf-8")
    if '<a href="#nested-classes">' in text and 'name="nested-classes"' not in text:
        text = re.sub(r'<a href="#nested-classes">Classes</a>(?: &#124;\n?)?', "", text)
        path.write_text(text, encoding="utf-8")


def hash_inputs() -> str:
    """Changes with everything that Doxygen reads."""
    paths = [path for name in ("model", "helper") for path in (TOP / name).rglob("*.h")]
    paths += [*DOC.glob("doxygen*"), *(DOC / "theme").glob("api*")]
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(f"{path.relative_to(TOP)}\n".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def read_targets(html: str) -> dict[str, str]:
    """Names of classes and their members, as SlbManager::AddPoolMember, of enumerations, and of
    functions of no class, as GetName(), and where they are described; of overloads, the first."""
    targets = {"build/docs/api/index.html": "index.html"}
    for compound in ElementTree.parse(Path(html).parent / "api.tag").getroot():
        if compound.get("kind") not in ("class", "struct", "namespace"):
            continue
        name = compound.findtext("name", "").removeprefix("ns3::azure::")
        is_class = compound.get("kind") != "namespace"
        if is_class:
            targets.setdefault(name, compound.findtext("filename", ""))
        for member in compound.findall("member"):
            place = f"{member.findtext('anchorfile')}#{member.findtext('anchor')}"
            full = member.findtext("name", "")
            if is_class:
                full = f"{name}::{full}"
            elif member.get("kind") == "function":
                full += "()"  # words in literals may be called the same
            targets.setdefault(full, place)
    return targets
