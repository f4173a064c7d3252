# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Files of doc/ that programs of the module print, so that they say what the code does."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import DOC, DocumentError

UPDATE = "./azure-net docs --update writes it"


def run(command: list[str], text: str = "") -> str:
    """What a command prints that reads the text; raises DocumentError if it fails."""
    answer = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        said = answer.stdout + answer.stderr
        raise DocumentError([f"{' '.join(command)}: status {answer.returncode}\n{said}".rstrip()])
    return answer.stdout


@dataclass(frozen=True)
class Source:
    """Where a file comes from."""

    program: str
    format: str

    def print(self, build: Path) -> str:
        """What the program prints."""
        return run([str(build / "utils" / self.program), f"--format={self.format}"])


FILES = {
    "attributes.rst": Source("azure-reference", "attributes"),
    "profile-tables.rst": Source("azure-reference", "profiles"),
    "drop-reasons.rst": Source("azure-reference", "drop-reasons"),
    "database-tables.rst": Source("azure-trace-schema", "rst"),
    "figures/database.dot": Source("azure-trace-schema", "dot"),
}


def print_files(build: Path) -> dict[str, str]:
    """What each file has to be; raises DocumentError if the programs cannot be built."""
    programs = sorted({source.program for source in FILES.values()})
    run(["cmake", "--build", str(build), "--target", *programs])
    return {name: source.print(build) for name, source in FILES.items()}


def check(build: Path) -> None:
    """Raises DocumentError if a file is not what its program prints."""
    findings = []
    for name, text in print_files(build).items():
        path = DOC / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            source = FILES[name]
            findings.append(
                f"doc/{name} is not what {source.program} --format={source.format} prints; {UPDATE}"
            )
    if findings:
        raise DocumentError(findings)


def update(build: Path) -> list[str]:
    """Writes the files that are not what they have to be, and returns their names."""
    changed = []
    for name, text in print_files(build).items():
        path = DOC / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            changed.append(f"doc/{name}")
            if path.suffix == ".dot":
                # First, or it would stay as it was if it cannot be drawn.
                picture = path.with_suffix(".svg")
                picture.write_text(run(["dot", "-Tsvg"], text), encoding="utf-8")
                changed.append(f"doc/{picture.relative_to(DOC)}")
            path.write_text(text, encoding="utf-8")
    return changed
