#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""./azure-net docs: builds the manual and the API documentation, and checks all links in them."""

import argparse
import sys
from pathlib import Path

from azure_docs import TOP, DocumentError, api, generated, links, manual

sys.path.insert(0, str(TOP / "test/support"))

import build_folder  # noqa: E402

DESCRIPTION = """\
Builds the manual, by Sphinx, in BUILD/docs/html, and the API documentation, by
Doxygen, in BUILD/docs/api; warnings are errors.  Then all links in them, and in
the project's Markdown files, have to lead to something that is there.  Pages
that programs of the module print have to be what they print."""


def list_outside(folder: Path, found: dict[str, links.Links]) -> Path:
    """Writes the addresses of other hosts, with how often they are linked."""
    everything = links.Links()
    for part in found.values():
        everything += part
    path = folder / "external-links.txt"
    rows = sorted(everything.outside.items(), key=lambda row: (-row[1], row[0]))
    path.write_text("".join(f"{count:6} {address}\n" for address, count in rows), encoding="utf-8")
    return path


def print_table(folder: Path, found: dict[str, links.Links]) -> None:
    """What was built."""
    places = {
        "manual": folder / "html/index.html",
        "API": folder / "api/index.html",
        "Markdown": "README.md and others",
    }
    print(f"{'':10} {'pages':>6} {'links':>8} {'external':>9}  where")
    for kind, part in found.items():
        outside = sum(part.outside.values())
        print(f"{kind:10} {part.pages:6,} {part.inside:8,} {outside:9,}  {places[kind]}")
    listed = list_outside(folder, found)
    print(f"all links lead somewhere; the external ones, not asked, are in {listed}")


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="./azure-net docs",
        usage="./azure-net docs [--update]",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--build", required=True, type=Path, help=argparse.SUPPRESS)
    parser.add_argument(
        "--update",
        action="store_true",
        help="first write what the programs print: the pages of attributes, profiles, drop reasons "
        "and the database's schema (default: refuse others)",
    )
    arguments = parser.parse_args()
    folder = arguments.build.resolve() / "docs"
    try:
        with build_folder.alone(folder):
            if arguments.update:
                wrote = generated.update(arguments.build)
                print("".join(f"wrote {name}\n" for name in wrote), end="")
            generated.check(arguments.build)
            api.build(folder)
            manual.build(folder)
            print_table(folder, links.check(folder))
    except DocumentError as error:
        print("\n".join(error.findings), file=sys.stderr)
        return 1
    except build_folder.BuildFailed as error:
        build_folder.say(str(error))
        return 1
    except OSError as error:
        build_folder.say(f"{error.filename}: {error.strerror}")
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
