# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""All of a report as one HTML file, with style and scripts inside.

The page loads nothing, neither from the network nor from beside it, so that it may be sent as it
is; only its links lead to the plots' files.  Texts of the database are escaped by the template, and
the page's own policy lets no script run but the three that are known by their hashes.
"""

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

import jinja2
from markupsafe import Markup

from azure_report.output import css_variables
from azure_trace.errors import TraceError

from . import words
from .key import KeyFigure
from .reading import Table
from .runs import DETAIL_RUNS, Run, Selection

TEMPLATES = Path(__file__).resolve().parent / "templates"

JAVASCRIPT = Path("/usr/share/javascript")
"""Where Debian has libraries of JavaScript."""

LIBRARIES = ("jquery/jquery.min.js", "jquery-datatables/jquery.dataTables.min.js")
"""Both are under the MIT license; the page says so where they are in it."""

STATUS_TEXTS = {
    "running": "was cut off: its program ended before it had written all, or is still running",
    "failed": "failed: rows are missing that could not be written",
}


@dataclass(frozen=True)
class Drawing:
    """A plot as the page shows it."""

    name: str
    title: str
    caption: str
    svg: str


@dataclass(frozen=True)
class Content:
    """What a page tells."""

    database: str  # as it was given
    command: str  # its name, as a shell wants it
    selection: Selection
    key_figures: list[KeyFigure]
    drawings: list[Drawing]
    tables: list[Table]
    empty: list[str]  # titles of tables without rows
    views: list[tuple[str, str]]  # name and what it answers


def render(content: Content) -> str:
    """The page."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    scripts = [Markup(text) for text in read_scripts()]
    return environment.get_template("page.html").render(
        content=content,
        selection=content.selection,
        title=make_title(content.selection),
        facts=list_facts(content.selection),
        notices=list_notices(content.selection),
        detail_runs=DETAIL_RUNS,
        words=words,
        style=Markup((TEMPLATES / "page.css").read_text(encoding="utf-8")),
        colors=Markup(make_colors()),
        scripts=scripts,
        hashes=[hash_script(script) for script in scripts],
    )


def make_colors() -> str:
    """The colors of plots; on paper they are those of a light page."""
    light, dark = (
        f"{css_variables(is_dark)} --plot-paper: var(--card);" for is_dark in (False, True)
    )
    return (
        f":root {{ {light} }}\n"
        f"@media screen {{ :root[data-theme=dark] {{ {dark} }} }}\n"
        "@media screen and (prefers-color-scheme: dark) "
        f"{{ :root:not([data-theme=light]) {{ {dark} }} }}"
    )


def read_scripts() -> list[str]:
    """The libraries and our own script, as the insides of script elements."""
    paths = [JAVASCRIPT / name for name in LIBRARIES]
    missing = [path for path in paths if not path.is_file()]
    if missing:
        raise TraceError(f"{missing[0]}: is missing; install the package libjs-jquery-datatables")
    texts = [path.read_text(encoding="utf-8") for path in [*paths, TEMPLATES / "page.js"]]
    for text in texts:
        if "</script" in text.lower() or "<!--" in text:
            raise TraceError("a script has a text that would end it in the page")
    return [text.replace("\r\n", "\n") for text in texts]


def hash_script(text: str) -> str:
    """How a content security policy names a script."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def make_title(selection: Selection) -> str:
    programs = list(dict.fromkeys(str(run.facts["program"]) for run in selection.runs))
    name = ", ".join(programs[:3]) + (", \u2026" if len(programs) > 3 else "")
    if selection.is_single:
        run = f", run {selection.ids[0]}" if selection.total > 1 else ""
        return f"{name}{run}"
    return f"{name}, {words.plural(len(selection.runs), 'run')}"


def alike(selection: Selection, name: str) -> str:
    """A fact of the runs, or all that they have of it."""
    values = list(dict.fromkeys(str(run.facts[name]) for run in selection.runs))
    return words.span(values)


def list_facts(selection: Selection) -> list[tuple[str, str]]:
    """What was run, as pairs of what and which."""
    finished = [run for run in selection.runs if run.is_finished]
    statuses = [run.status for run in selection.runs]
    counted = ", ".join(
        f"{statuses.count(s)} {s}" if len(statuses) > 1 else s for s in dict.fromkeys(statuses)
    )
    simulated = sum(run.facts["end_time_ns"] for run in finished) / 1e9
    wall = sum(run.facts["wall_duration_ms"] for run in finished) / 1e3
    total = "" if selection.is_single else " in all"
    return [
        ("Program", alike(selection, "program")),
        ("Scenario", alike(selection, "scenario")),
        ("Profile", alike(selection, "profile")),
        ("Status", counted),
        ("Simulated", words.duration(simulated) + total if finished else words.NOTHING),
        ("Wall-clock time", words.duration(wall) + total if finished else words.NOTHING),
        ("Begun", begun(selection.runs)),
        ("RngSeed", alike(selection, "rng_seed")),
        ("RngRun", alike(selection, "rng_run")),
        ("azure-net", alike(selection, "azure_net_version")),
        ("ns-3", alike(selection, "ns3_version")),
    ]


def begun(runs: list[Run]) -> str:
    """When the first run began."""
    text = min(str(run.facts["wall_started_utc"]) for run in runs)
    return text.replace("T", " ").removesuffix("Z") + " UTC"


def list_notices(selection: Selection) -> list[str]:
    """What the reader has to know of runs that are not whole."""
    notices = []
    for status in sorted({run.status for run in selection.runs if not run.is_finished}):
        ids = [str(run.run_id) for run in selection.runs if run.status == status]
        text = STATUS_TEXTS[status]
        if selection.is_single:
            notices.append(f"This run {text}. The page tells of what is there.")
            continue
        named = ", ".join(ids[:20]) + (", \u2026" if len(ids) > 20 else "")
        runs = words.plural(len(ids), "run")
        notices.append(
            f"{runs} of {len(selection.runs)} ({named}): each {text}. Figures of these runs tell "
            "of what is there, and are not to be compared with those of others."
        )
    return notices
