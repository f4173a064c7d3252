# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""From a database to the folder with its report."""

import shlex
import sqlite3
from pathlib import Path

from azure_report.output import inline_svg, save
from azure_report.plots import make_plots
from azure_trace.database import open_database
from azure_trace.files import write_whole
from azure_trace.progress import show_line

from . import page
from .folder import written_whole
from .key import make_key_figures, read_summaries
from .reading import Glossary, Table, read_table
from .runs import Selection, read_selection
from .sections import make_sections, make_sql

CACHE_KIB = 128 * 1024
"""Memory that SQLite may keep pages of the file in; the page of a large one asks a lot."""


def write_report(path: Path, folder: Path, wanted: str | None) -> None:
    """Writes the report of a database, or of some of its runs."""
    database = open_database(path)
    try:
        database.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        selection = read_selection(database, wanted)
        with written_whole(folder) as new:
            (new / "plots").mkdir()
            content = read_content(database, path, selection, new / "plots")
            show_line("page")
            # Of the name of a file that is no UTF-8, "?" is shown.
            text = page.render(content).encode(errors="replace")
            write_whole(new / "index.html", text)
    finally:
        show_line("")
        database.close()


def read_content(
    database: sqlite3.Connection, path: Path, selection: Selection, plots: Path
) -> page.Content:
    """All that the page tells; the plots' files are written on the way."""
    show_line("key figures")
    summaries = read_summaries(database, selection)
    tables, empty = read_tables(database, selection)
    return page.Content(
        database=str(path),
        command=shlex.quote(str(path)),
        selection=selection,
        key_figures=make_key_figures(selection, summaries),
        drawings=draw(database, selection, plots),
        tables=tables,
        empty=empty,
        views=read_views(database),
    )


def read_tables(
    database: sqlite3.Connection, selection: Selection
) -> tuple[list[Table], list[str]]:
    """The tables that have rows, and the titles of those that have none."""
    glossary = Glossary(database)
    tables, empty = [], []
    for section in make_sections(selection):
        show_line(f"table: {section.title}")
        sql = make_sql(section, selection)
        table = read_table(database, section, sql, glossary, selection.is_single)
        if table:
            tables.append(table)
        else:
            empty.append(section.title)
    return tables, empty


def draw(database: sqlite3.Connection, selection: Selection, folder: Path) -> list[page.Drawing]:
    """The plots: their files in the folder, and what the page shows of them."""
    drawings = []
    for plot in make_plots(database, selection.ids):
        show_line(f"plot: {plot.title}")
        save(plot, folder)
        drawings.append(page.Drawing(plot.name, plot.title, plot.caption, inline_svg(plot)))
    return drawings


def read_views(database: sqlite3.Connection) -> list[tuple[str, str]]:
    """The views, and what one row of each is."""
    return database.execute(
        "SELECT table_name, meaning FROM table_doc WHERE table_name IN "
        "(SELECT name FROM sqlite_master WHERE type = 'view') ORDER BY table_name"
    ).fetchall()
