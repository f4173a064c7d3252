#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""user-program.py BUILD | --prefix=FOLDER: the module as it is installed, used without the sources.

With BUILD, what is built there is installed for one place, and used at another one, as after a
move.  With --prefix, the module has been installed, by a Debian package or as one likes.
"""

import argparse
import itertools
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
PROJECT = Path(__file__).resolve().parent / "project"

ELSEWHERE = Path("/opt/azure-net-elsewhere")
"""Where it is told that it will be; nothing is written there."""

EXPECTED = "256 of 300 connections\n"

ENVIRONMENT = {name: value for name, value in os.environ.items() if "AZURE_NET" not in name}


def call(*command: object, **options) -> subprocess.CompletedProcess:
    """What a command answers."""
    words = [str(word) for word in command]
    options = {"env": ENVIRONMENT, "capture_output": True, "text": True, "check": False} | options
    return subprocess.run(words, **options)


def parse_command_line() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    either = parser.add_mutually_exclusive_group(required=True)
    either.add_argument("build", nargs="?", type=lambda text: Path(text).resolve())
    either.add_argument("--prefix", type=Path, help="where it is, such as /usr")
    given, sys.argv[1:] = parser.parse_known_args()
    return given


GIVEN = parse_command_line()


def install(stage: Path) -> list[Path]:
    """Installs into the stage; returns the manifest, from the prefix on, and leaves none behind."""
    manifest = GIVEN.build / "install_manifest.txt"
    former = manifest.read_bytes() if manifest.exists() else None
    try:
        environment = ENVIRONMENT | {"DESTDIR": str(stage)}
        result = call("cmake", "--install", GIVEN.build, "--prefix", ELSEWHERE, env=environment)
        if result.returncode:
            sys.exit(f"{result.stdout}{result.stderr}is all of {GIVEN.build} built?")
        return [Path(line).relative_to(ELSEWHERE) for line in manifest.read_text().splitlines()]
    finally:
        manifest.unlink(missing_ok=True)
        if former is not None:
            manifest.write_bytes(former)


class Installed(unittest.TestCase):
    """Each test has a folder of its own; all have one installation."""

    root: Path
    stage: Path
    manifest: list[Path]

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def answer(self, *command, **options):
        """What a command prints, which has to succeed."""
        result = call(*command, cwd=self.folder, **options)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result.stdout

    def wrapper(self, *arguments):
        """What the installed wrapper prints."""
        return self.answer(self.root / "bin/azure-net", *arguments)

    def refusal(self, *arguments):
        """What the installed wrapper says to a wrong command line."""
        result = call(self.root / "bin/azure-net", *arguments, cwd=self.folder)
        self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
        return result.stderr


@unittest.skipUnless(GIVEN.build, "others have installed it")
class InstalledFiles(Installed):
    """What is there."""

    def test_the_manifest_lists_all_files(self):
        found = (p for p in self.stage.rglob("*") if p.is_symlink() or not p.is_dir())
        self.assertEqual(
            sorted(path.relative_to(self.root) for path in found), sorted(self.manifest)
        )

    def test_every_path_has_our_name(self):
        for path in self.manifest:
            self.assertRegex(str(path), r"azure-net|^include/ns3/azure-[a-z0-9-]+\.h$")

    def test_links_lead_to_installed_files(self):
        for path in self.manifest:
            place = (self.root / path).resolve(strict=True)
            self.assertTrue(place.is_relative_to(self.root.resolve()), path)

    def test_headers_are_files(self):
        headers = list((self.root / "include/ns3").iterdir())
        self.assertIn("azure-net-module.h", [path.name for path in headers])
        self.assertEqual([path for path in headers if path.is_symlink()], [])

    def read_without_debug_information(self, path):
        """What is in a file, but for the names of sources that a debugger is told."""
        content = path.read_bytes()
        if not content.startswith(b"\x7fELF"):
            return content
        stripped = self.folder / "stripped"
        self.answer("objcopy", "--strip-debug", path, stripped)
        return stripped.read_bytes()

    def test_no_file_names_a_folder_of_the_build(self):
        for path in self.manifest:
            if (self.root / path).is_symlink():
                continue
            content = self.read_without_debug_information(self.root / path)
            folders = [TOP, GIVEN.build, self.stage]
            self.assertEqual([folder for folder in folders if bytes(folder) in content], [], path)


class InstalledModule(Installed):
    """What it does."""

    def test_a_program_by_find_package(self):
        options = [f"-DCMAKE_PREFIX_PATH={self.root}", "-DCMAKE_BUILD_TYPE=Debug"]
        self.answer("cmake", "-G", "Ninja", "-S", PROJECT, "-B", "build", *options)
        self.answer("cmake", "--build", "build")
        self.assertEqual(self.answer("build/my-experiment"), EXPECTED)

    def test_another_version_is_not_found(self):
        shutil.copytree(PROJECT, self.folder, dirs_exist_ok=True)
        lists = self.folder / "CMakeLists.txt"
        lists.write_text(re.sub(r"(?<=azure-net )[0-9.]+", "99.1", lists.read_text()))
        options = ["-G", "Ninja", f"-DCMAKE_PREFIX_PATH={self.root}"]
        result = call("cmake", "-B", "build", *options, cwd=self.folder)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn('compatible with requested version "99.1"', result.stderr)

    def test_a_program_by_pkg_config(self):
        files = [self.root.glob(f"{folder}/pkgconfig/azure-net.pc") for folder in ["lib*", "lib/*"]]
        place = next(itertools.chain(*files)).parent
        environment = ENVIRONMENT | {"PKG_CONFIG_PATH": str(place)}

        def flags(*options):
            return shlex.split(self.answer("pkg-config", *options, "azure-net", env=environment))

        folders = [flag.replace("-L", "-Wl,-rpath,", 1) for flag in flags("--libs-only-L")]
        self.answer(
            *[os.environ.get("CXX", "c++"), PROJECT / "my-experiment.cc", "-o", "my-experiment"],
            *flags("--cflags", "--libs"),
            *folders,
        )
        self.assertEqual(self.answer("./my-experiment"), EXPECTED)

    def test_run_lists_the_examples(self):
        lines = self.wrapper("run", "--list").splitlines()
        listed = {line.split()[0] for line in lines if not line.startswith(" ")}
        self.assertEqual(listed, {path.stem for path in (TOP / "examples").glob("*.cc")})

    def test_run_and_ask(self):
        self.assertEqual(self.wrapper("run").splitlines()[-1], "ok")
        query = "SELECT count(*) FROM run"
        self.assertIn("3", self.wrapper("sql", "outbound-scenarios.db", query, "--format=csv"))
        self.wrapper("report", "outbound-scenarios.db", "--out=page")
        self.assertTrue((self.folder / "page/index.html").exists())
        self.wrapper("merge", "new.db", "outbound-scenarios.db")
        self.assertIn("azure-net sql DATABASE", self.wrapper("sql", "--help"))
        self.assertNotIn("./azure-net", self.wrapper("sql", "--help"))

    def test_an_example_finds_its_data(self):
        self.assertEqual(self.wrapper("run", "nsg-ip-flow-verify").splitlines()[-1], "ok")

    def test_sweep(self):
        options = ["--set", "flows=10,20", "--out=out"]
        self.wrapper("sweep", "port-exhaustion", *options)
        self.assertTrue((self.folder / "out/merged.db").exists())

    def test_cookbook_lists_its_entries(self):
        self.assertIn("\n15  ", self.wrapper("cookbook", "--list"))
        self.assertNotIn("--figures", self.wrapper("cookbook", "--help"))

    def test_migrate_knows_its_files(self):
        self.assertIn("takes two files", self.refusal("migrate"))

    def test_what_needs_the_sources_is_refused(self):
        usage = self.wrapper("help")
        self.assertIn("Usage: azure-net COMMAND", usage)
        clone = call(TOP / "azure-net", "help").stdout
        for command in ["build", "test", "check", "bench", "docs", "fuzz", "soak", "in-tree"]:
            self.assertIn("is for a clone of azure-net", self.refusal(command))
            self.assertNotIn(f"\n  {command}", usage)
            self.assertIn(f"\n  {command}", clone)


def setUpModule() -> None:  # unittest's name
    """Installs the module, or finds it."""
    if GIVEN.build:
        Installed.stage = Path(unittest.enterModuleContext(tempfile.TemporaryDirectory()))
        Installed.manifest = install(Installed.stage)
        Installed.root = Installed.stage / ELSEWHERE.relative_to("/")
    else:
        Installed.root = GIVEN.prefix


if __name__ == "__main__":
    unittest.main()
