# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Where ns-3's sources come from: Debian's package, or a folder that the user names."""

import shutil
from pathlib import Path

from .commands import Commands, StepFailed

# What a build leaves behind in a tree.
LEFTOVERS = ("build", "cmake-cache", "testpy-output", ".lock-ns3*", "azure-net", "__pycache__")

# The file that tells which sources a tree has.
MARK = ".azure-net-source"


def get_source_lines(commands: Commands, folder: Path) -> str:
    """The machine's own package sources, as lines of a sources.list for source packages."""
    lines = commands.run(
        [
            "apt-get",
            "indextargets",
            "--format",
            "$(REPO_URI) $(RELEASE) $(COMPONENT) $(SIGNED_BY)",
            "Identifier: Packages",
        ],
        folder,
    )
    found = []
    for line in sorted(set(lines.splitlines())):
        uri, release, component, *key = line.split()
        # A field that is not there stays as it was written.
        option = "" if not key or key[0].startswith("$") else f" [signed-by={key[0]}]"
        found.append(f"deb-src{option} {uri} {release} {component}\n")
    if not found:
        raise StepFailed("apt-get knows no package sources; give ns-3's sources by --source=FOLDER")
    return "".join(found)


def download(commands: Commands, folder: Path) -> None:
    """Downloads Debian's source package by a configuration of apt's that is used here only."""
    # What came down in part must not be taken for the package.
    part = folder / "apt/part"
    shutil.rmtree(part, ignore_errors=True)
    for new in (folder / "apt/lists/partial", folder / "apt/archives/partial", part):
        new.mkdir(parents=True, exist_ok=True)
    sources = folder / "apt/sources.list"
    sources.write_text(get_source_lines(commands, folder), encoding="utf-8")
    options = {
        "Dir::Etc::SourceList": sources,
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::State::Lists": folder / "apt/lists",
        "Dir::Cache": folder / "apt",
        "APT::Sandbox::User": "",
    }
    settings = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    commands.run(["apt-get", *settings, "update"], folder)
    commands.run(["apt-get", *settings, "source", "--download-only", "ns3"], part)
    shutil.rmtree(folder / "apt/sources", ignore_errors=True)
    part.rename(folder / "apt/sources")


def find_description(folder: Path) -> Path | None:
    """The .dsc file of ns-3's source package in a folder, of the newest if there are several."""
    return max(folder.glob("ns3_*.dsc"), key=lambda path: path.stat().st_mtime, default=None)


def unpack(commands: Commands, description: Path, tree: Path) -> None:
    """Unpacks a source package, unless that was done before."""
    mark = tree / MARK
    if mark.is_file() and mark.read_text(encoding="utf-8") == description.name:
        return
    shutil.rmtree(tree, ignore_errors=True)
    options = ["--no-check", "--no-copy"]
    commands.run(["dpkg-source", *options, "-x", description.resolve(), tree], tree.parent)
    mark.write_text(description.name, encoding="utf-8")


def is_tree(folder: Path) -> bool:
    """Whether the folder is the top of a tree of ns-3.36 or later."""
    return (folder / "ns3").is_file() and (folder / "VERSION").is_file()


def copy(source: Path, tree: Path) -> None:
    """Copies a tree without what was built in it; all files keep their times.

    A copy of another tree, or of another version, goes first.
    """
    mark = tree / MARK
    origin = f"{source.resolve()}\n{(source / 'VERSION').read_text(encoding='utf-8')}"
    if not mark.is_file() or mark.read_text(encoding="utf-8") != origin:
        shutil.rmtree(tree, ignore_errors=True)
        tree.mkdir(parents=True)
        mark.write_text(origin, encoding="utf-8")
    shutil.copytree(
        source,
        tree,
        ignore_dangling_symlinks=True,
        dirs_exist_ok=True,
        ignore=shutil.ignore_patterns(*LEFTOVERS),
    )


def prepare(commands: Commands, folder: Path, source: Path | None) -> tuple[Path, str]:
    """A tree of ns-3's sources below the folder, and what to say about it."""
    if source and is_tree(source):
        tree = folder / "tree"
        copy(source, tree)
        origin = "a copy"
    else:
        packages = source or folder / "apt/sources"
        description = find_description(packages)
        if not description and not source:
            download(commands, folder)
            description = find_description(packages)
        if not description:
            raise StepFailed(f"{source}: neither a tree of ns-3.36 or later nor an ns3_*.dsc in it")
        unpack(commands, description, folder / "debian")
        # The package holds other programs too.
        tree = next(filter(is_tree, sorted((folder / "debian").glob("*"))), None)
        if not tree:
            raise StepFailed(f"{description}: no tree of ns-3.36 or later in it")
        origin = description.stem.replace("_", " ")
    version = (tree / "VERSION").read_text(encoding="utf-8").strip()
    return tree, f"ns-3.{version.removeprefix('3.')}, {origin}"
