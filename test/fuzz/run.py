#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Build azure-net-fuzz with libFuzzer, run its targets, and say how far each got."""

import argparse
import concurrent.futures
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from typing import NoReturn

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP / 'test' / 'support'), str(TOP / 'utils')]

import build_folder  # noqa: E402
import child_processes  # noqa: E402
import command_line  # noqa: E402
from azure_trace import command, signals  # noqa: E402
from terminal import show_progress  # noqa: E402

KEPT = TOP / 'test' / 'fuzz'
BUILD = pathlib.Path(os.environ.get('AZURE_NET_BUILD', TOP / 'build')) / 'fuzz'
PROGRAM = BUILD / 'test' / 'fuzz' / 'azure-net-fuzz'
# Bytes of an input: a step of a story takes about six, a document is longer.
LONGEST = {'stories': 500, 'documents': 3000, 'others': 1000}
STORIES = ('compact-tcp', 'load-balancing-table', 'mux-flow-table', 'nat-gateway-pipeline',
           'vnic-pipeline')
DOCUMENTS = ('json', 'security-groups', 'goal-state')
MOST_KEPT = 300    # inputs of a target, of which the smallest are kept
INPUT_SECONDS = 20  # that one input may take
ROW = re.compile(r'#(\d+)\s+\w+\s+cov: (\d+) ft: (\d+)')


def die(status: int, text: str) -> NoReturn:
    """End the program with one line."""
    command.say(text)
    sys.exit(status)


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog='./azure-net fuzz', allow_abbrev=False, description=__doc__,
        epilog='Status 0: every promise was kept; 1: an input broke one, or the build failed; '
               '2: a wrong command line.  doc/fuzzing.rst tells more.')
    parser.add_argument('targets', nargs='*', metavar='TARGET',
                        help='what to feed; by default all that --list prints')
    parser.add_argument('--list', action='store_true',
                        help='build, and print the targets and what each promises')
    parser.add_argument('--seconds', type=command_line.count, default=60, metavar='N',
                        help='seconds for each target, 1 or more (default: 60)')
    parser.add_argument('--jobs', type=command_line.count, default=os.cpu_count() or 1, metavar='N',
                        help='targets at once, 1 or more (default: one for each processor)')
    parser.add_argument('--merge', action='store_true',
                        help='put the smallest inputs that reach all that was reached into '
                             f'test/fuzz/corpus, at most {MOST_KEPT} a target (default: the '
                             'sources stay as they are)')
    return parser.parse_args()


def get_targets() -> dict[str, str]:
    """Return what each target promises, by its name."""
    lines = child_processes.run([str(PROGRAM), '--list']).stdout.splitlines()
    return dict(line.split('\t') for line in lines)


class Progress:
    """One line about all targets."""

    def __init__(self, targets: int) -> None:
        self._targets = targets
        self._done = 0
        self._lock = threading.Lock()

    def show(self, text: str, is_done: bool = False) -> None:
        """Say how far a target is, or that it is done."""
        with self._lock:
            self._done += is_done
            show_progress(f'[{self._done}/{self._targets}] {text}')


class Target:
    """A target, its folders, and how far it got."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.inputs = 0
        self.edges = 0
        self.features = 0
        self.rate = 0
        self.crash: pathlib.Path | None = None
        self.log = BUILD / 'logs' / f'{name}.log'
        self.found = BUILD / 'corpus' / name
        self.crashes = BUILD / 'crashes' / name
        self.kept = KEPT / 'corpus' / name

    def get_command(self, *options: str) -> list[str]:
        """Return what runs the target."""
        kind = ('stories' if self.name in STORIES else
                'documents' if self.name in DOCUMENTS else 'others')
        return [str(PROGRAM), f'--target={self.name}', f'-max_len={LONGEST[kind]}',
                f'-timeout={INPUT_SECONDS}', f'-artifact_prefix={self.crashes}/', *options]

    def get_folders(self) -> list[str]:
        """Return the folders with inputs; what is new goes to the first."""
        former = KEPT / 'crashes' / self.name
        return [str(folder) for folder in (self.found, self.kept, former) if folder.is_dir()]

    def prepare(self) -> None:
        """Make folders, and the inputs that the target makes itself."""
        for folder in (self.found, self.crashes, self.log.parent):
            folder.mkdir(parents=True, exist_ok=True)
        child_processes.run([str(PROGRAM), f'--target={self.name}', f'--seeds={self.found}'])

    def run(self, seconds: int, progress: Progress) -> None:
        """Feed the target for so long; ends early if a promise is broken."""
        self.prepare()
        before = set(self.crashes.iterdir())
        dictionary = KEPT / 'dictionaries' / f'{self.name}.dict'
        options = [f'-max_total_time={seconds}', '-print_final_stats=1']
        if dictionary.exists():
            options.append(f'-dict={dictionary}')
        with child_processes.start(self.get_command(*options, *self.get_folders()),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
                                   ) as process, self.log.open('w') as log:
            assert process.stderr is not None
            for line in process.stderr:
                log.write(line)
                self._read(line)
                progress.show(f'{self.name}: {self.inputs} inputs, {self.edges} edges')
            status = process.wait()
        new = sorted(set(self.crashes.iterdir()) - before)
        if status != 0:
            self.crash = new[0] if new else self.log
        progress.show(self.name, is_done=True)

    def _read(self, line: str) -> None:
        """Take numbers from a line of libFuzzer's."""
        row = ROW.match(line)
        if row:
            self.inputs, self.edges, self.features = (int(number) for number in row.groups())
        elif line.startswith('stat::number_of_executed_units:'):
            self.inputs = int(line.split()[-1])
        elif line.startswith('stat::average_exec_per_sec:'):
            self.rate = int(line.split()[-1])

    def merge(self) -> None:
        """Keep the smallest inputs that reach all that was reached."""
        self.kept.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=BUILD) as folder:
            merged = pathlib.Path(folder, 'merged')
            merged.mkdir()
            done = child_processes.run(
                self.get_command('-merge=1', '-set_cover_merge=1', str(merged),
                                 *self.get_folders()),
                stdout=subprocess.DEVNULL, env={**os.environ, 'TMPDIR': folder})
            if done.returncode != 0:
                die(1, f'{self.name}: the inputs could not be merged:\n{done.stderr[-2000:]}')
            inputs = sorted(merged.iterdir(),
                            key=lambda path: (path.stat().st_size, path.name))
            signal.pthread_sigmask(signal.SIG_BLOCK, signals.get_numbers())
            for path in self.kept.iterdir():
                path.unlink()
            for path in inputs[:MOST_KEPT]:
                shutil.copy(path, self.kept)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, signals.get_numbers())


def print_table(targets: list[Target]) -> None:
    """Print how far each target got."""
    print(f'{"target":<23}{"inputs":>10}{"inputs/s":>10}{"edges":>7}{"features":>9}'
          f'{"kept":>6}{"crashes":>9}')
    for target in targets:
        kept = len(list(target.kept.iterdir())) if target.kept.is_dir() else 0
        print(f'{target.name:<23}{target.inputs:>10}{target.rate:>10}{target.edges:>7}'
              f'{target.features:>9}{kept:>6}{int(target.crash is not None):>9}')


def print_crash(target: Target) -> None:
    """Say which input broke a promise, what was said, and how to see it again."""
    said = re.findall(r'what\(\):  (.*)|(runtime error: .*)|(ERROR: .*)|(msg=".*)',
                      target.log.read_text(errors='replace'))
    reason = next((part for parts in said for part in parts if part), 'see the log')
    print(f'\n{target.name}: {reason}\n  input: {target.crash}\n  log: {target.log}\n'
          f'  again: {PROGRAM} --target={target.name} {target.crash}')


def run(targets: list[Target], arguments: argparse.Namespace) -> None:
    """Feed all targets, and merge what was found if that is wanted."""
    progress = Progress(len(targets))
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        try:
            for done in [pool.submit(each.run, arguments.seconds, progress) for each in targets]:
                done.result()
        except signals.Stopped:
            child_processes.end_all()
            raise
    for target in targets if arguments.merge else []:
        progress.show(f'{target.name}: merging')
        target.merge()


def main() -> int:
    """Do what the command line says."""
    arguments = parse_arguments()
    try:
        build_folder.build(BUILD, 'azure-net-fuzz',
                           ['-DAZURE_NET_LIBFUZZER=ON', '-DCMAKE_CXX_COMPILER=clang++-14'])
    except build_folder.BuildFailed as error:
        die(1, str(error))
    known = get_targets()
    for name in arguments.targets:
        if name not in known:
            die(2, f"target: '{name}' is not there; give {', '.join(known)}")
    if arguments.list:
        for name, promise in known.items():
            print(f'{name:<23} {promise}')
        return 0
    targets = [Target(name) for name in arguments.targets or known]
    try:
        run(targets, arguments)
    finally:
        show_progress('')
    print_table(targets)
    broken = [target for target in targets if target.crash]
    for target in broken:
        print_crash(target)
    return 1 if broken else 0


if __name__ == '__main__':
    sys.exit(command.run(main))
