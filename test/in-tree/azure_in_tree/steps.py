# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""The steps, each a function that says in a few words how it went, or raises StepFailed."""

import filecmp
import os
import re
import runpy
import shutil
import xml.etree.ElementTree as xml
from pathlib import Path

from .commands import Commands, StepFailed

TOP = Path(__file__).resolve().parents[3]
OWN = "contrib/azure-net"
OWN_TESTS_ONLY = "--filter-module-examples-and-tests"
WARNING = re.compile(rf"^\S*{OWN}/\S+:\d+(?::\d+)?: (?:fatal )?(?:warning|error):", re.M)


class Tree:
    """A tree of ns-3's sources with the module in it."""

    def __init__(self, commands: Commands, folder: Path, profile: str, jobs: int) -> None:
        self.commands = commands
        self.folder = folder
        self.profile = profile
        self.jobs = jobs

    def add_module(self) -> str:
        """The files that git knows, or would take, as contrib/azure-net; others go."""
        names = self.commands.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard"], TOP
        ).splitlines()
        names = [name for name in names if (TOP / name).is_file()]
        module = self.folder / OWN
        for path in sorted(module.rglob("*"), reverse=True):
            if path.is_file() and str(path.relative_to(module)) not in names:
                path.unlink()
        changed = 0
        for name in names:
            source, copy = TOP / name, module / name
            if copy.is_file() and filecmp.cmp(source, copy, shallow=False):
                continue
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
            shutil.copymode(source, copy)
            changed += 1
        return f"{len(names)} files, {changed} new"

    def try_messages(self) -> str:
        """What CMake says when something is missing, or the folder has another name."""
        link = self.folder / "contrib/azure-other"
        link.unlink(missing_ok=True)
        link.symlink_to("azure-net")
        try:
            self.expect_message("azure-other", [], False, "rename it to contrib/azure-net")
        finally:
            link.unlink()
        no_tests = ["-DCMAKE_DISABLE_FIND_PACKAGE_GTest=ON"]
        self.expect_message("azure-net", no_tests, True, "built without its tests")
        no_boost = ["-DCMAKE_DISABLE_FIND_PACKAGE_Boost=ON"]
        self.expect_message("azure-net", no_boost, True, "libboost-iostreams-dev")
        return "wrong name, no GoogleTest, no Boost"

    def expect_message(self, module: str, options: list[str], works: bool, message: str) -> None:
        """CMake alone, in a folder of its own: it has to succeed or not, and to say something."""
        build = self.folder.parent / "messages"
        shutil.rmtree(build, ignore_errors=True)
        status, text = self.commands.try_to_run(
            [
                *["cmake", "-S", self.folder, "-B", build, "-G", "Ninja"],
                *[f"-DNS3_ENABLED_MODULES={module}", "-DNS3_TESTS=ON", "-DNS3_EXAMPLES=ON"],
                *options,
            ],
            self.folder,
        )
        if (status == 0) != works or message not in " ".join(text.split()):
            raise StepFailed(f'{text}\n{module} {" ".join(options)}: no "{message}" in this')

    def configure(self) -> str:
        """As a user does; only that warnings of ns-3 itself are no errors."""
        options = ["--enable-modules=azure-net", "--enable-tests", "--enable-examples"]
        # Spares other modules' tests, a third of all files; 3.36 cannot.
        if OWN_TESTS_ONLY in self.commands.run(["./ns3", "configure", "--help"], self.folder):
            options.append(f"{OWN_TESTS_ONLY}=azure-net")
        text = self.commands.run(
            ["./ns3", "configure", "-d", self.profile, "--disable-werror", *options], self.folder
        )
        if "CMake Warning at contrib/azure-net" in text:
            raise StepFailed(text[text.index("CMake Warning at contrib/azure-net") :])
        built = re.search(r"Modules configured to be built:(.*?)\n\n", text, re.S)
        if not built or "azure-net" not in built.group(1).split():
            raise StepFailed(text + "\nazure-net is not among the modules to be built")
        return f"profile {self.profile}, {len(built.group(1).split())} modules"

    def build(self) -> str:
        """No warning of ours, after all that was built before is counted too."""
        # A file that compiled with a warning would not be compiled again.
        mark = self.folder / ".azure-net-warned"
        if mark.exists():
            for path in self.folder.glob(f"**/{OWN}/**/*.o"):
                path.unlink()
        mark.touch()
        text = self.commands.run(["./ns3", "build", "-j", str(self.jobs)], self.folder)
        warnings = [text[match.start() :].split("\n", 1)[0] for match in WARNING.finditer(text)]
        if warnings:
            raise StepFailed("\n".join(warnings))
        mark.unlink()
        return "no warning"

    def test(self) -> str:
        """All cases of the module's suite."""
        results = self.folder / "azure-net-results"
        results.with_suffix(".xml").unlink(missing_ok=True)
        status, text = self.commands.try_to_run(
            ["./test.py", "--no-build", "--multiple", "-s", "azure-net", f"--xml={results}"],
            self.folder,
        )
        if not results.with_suffix(".xml").is_file():
            raise StepFailed(text)
        suite = xml.parse(results.with_suffix(".xml")).getroot().find("Test[Name='azure-net']")
        cases = suite.findall("Test") if suite is not None else []
        failed = [
            f"{case.findtext('Name')}: {place.findtext('File')}:{place.findtext('Line')}: "
            f"{place.findtext('Message')}"
            for case in cases
            for place in case.findall("FailureDetails")
        ]
        if status != 0 or failed or not cases:
            raise StepFailed("\n".join([text, *failed]))
        return f"{len(cases)} cases passed"

    def run_example(self) -> str:
        """The form that the documents show."""
        text = self.commands.run(["./ns3", "run", "port-exhaustion", "--", "--help"], self.folder)
        text = self.commands.run(["./ns3", "run", "port-exhaustion", "--", "--vms=2"], self.folder)
        lines = text.splitlines()
        if not any(line.startswith("result attempted=") for line in lines):
            raise StepFailed(text)
        return f"{len(lines)} lines"

    def run_examples(self) -> str:
        """Those that test/examples-to-run.py names."""
        listed = runpy.run_path(str(TOP / "test/examples-to-run.py"))["cpp_examples"]
        text = self.commands.try_to_run(
            ["./test.py", "--no-build", "--constrain=example"], self.folder
        )[1]
        # Some releases tell the name of the example, others that of its file.
        name = r"(?:ns3\.\d+[^-]*-)?(\S+)"
        passed = set(re.findall(rf"PASS: Example \S*{OWN}/examples/{name}", text))
        suffix = "" if self.profile == "default" else f"-{self.profile}"
        expected = {name for name, is_run, _ in listed if is_run == "True"}
        missing = sorted(expected - {name.removesuffix(suffix) for name in passed})
        if missing:
            raise StepFailed(f"{text}\nnot passed: {' '.join(missing)}")
        return f"{len(expected)} passed"

    def run_programs(self) -> str:
        """The programs of utils/ that are C++."""
        programs = sorted(path.stem for path in (TOP / "utils").glob("*.cc"))
        for name in programs:
            files = sorted(self.folder.glob(f"build/**/*{name}*"))
            found = [path for path in files if path.is_file() and os.access(path, os.X_OK)]
            if not found:
                raise StepFailed(f"{name} was not built")
            self.commands.run([found[0], "--help"], self.folder)
        return f"{len(programs)} answer --help"
