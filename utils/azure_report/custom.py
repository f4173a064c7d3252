# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""A plot of any query's answer, as ./azure-net plot draws it."""

from dataclasses import dataclass, field

import pandas

from azure_trace.errors import TraceError, refuse

from . import kinds, style
from .labels import Label, describe_column, describe_columns
from .plot import Plot
from .table import get_column, get_numbers, is_text

WORDS_ON_X = ("bar", "band", "heatmap")
"""Kinds whose x may be texts."""


@dataclass
class Request:
    """What is to be drawn, and how; the names are those of the options."""

    kind: str
    x: str
    y: list[str] = field(default_factory=list)
    by: str | None = None
    title: str = ""
    x_label: str | None = None
    y_label: str | None = None
    log_x: bool = False
    log_y: bool = False


def check(request: Request) -> None:
    """Raises a UsageError about options that do not go together."""
    if request.kind not in kinds.KINDS:
        raise refuse("kind", request.kind, ", ".join(kinds.KINDS))
    if request.kind == "cdf" and request.y:
        raise refuse("y", ",".join(request.y), "none with --kind=cdf: it draws the values of --x")
    if request.kind != "cdf" and not request.y:
        raise refuse("y", "", f"one column or more, as --kind={request.kind} needs it")
    if request.kind == "heatmap" and (request.by is None or len(request.y) != 1):
        raise refuse(
            "kind", "heatmap", "--x (columns of cells), --by (rows) and one --y (color) with it"
        )
    if request.log_y and request.kind == "bar":
        raise refuse("log-y", "bar", "another --kind with it: bars begin at 0")
    if (request.log_x or request.log_y) and request.kind == "heatmap":
        raise refuse("log-x", "heatmap", "another --kind with it: cells are of one size")
    if request.log_y and request.kind == "cdf":
        raise refuse("log-y", "cdf", "another --kind with it: percents go from 0 to 100")


def make_plot(table: pandas.DataFrame, request: Request, name: str) -> Plot:
    """Draws what is asked for; rows with NULL in a column that is drawn are left out."""
    check(request)
    long = melt(table, request)
    if long.empty:
        raise TraceError("query: all rows have NULL in a column that is to be drawn")
    check_positive(long, request)
    figure = style.make_figure(kinds.get_height(request.kind, long))
    axes = figure.add_subplot()
    x_label, y_label = choose_labels(request)
    data = kinds.KINDS[request.kind](axes, long, request.by)
    if request.log_x:
        kinds.scale_log(axes, True, long["x"], x_label)
    if request.log_y:
        kinds.scale_log(axes, False, long["y"], y_label)
    kinds.name_axes(axes, request.kind, x_label, y_label, request.by)
    if request.title:
        axes.figure.suptitle(request.title, size=8.5)
    title = request.title or " over ".join([y_label.text, x_label.text])
    return Plot(name, title, "", figure, rename(data, request))


def melt(table: pandas.DataFrame, request: Request) -> pandas.DataFrame:
    """A row for each mark: x, y, series (of --by and several --y) and column (of several --y)."""
    x = get_column(table, "x", request.x)
    if not (request.kind in WORDS_ON_X and is_text(x)):
        x = get_numbers(table, "x", request.x)
    by = None if request.by is None else get_column(table, "by", request.by)
    parts = []
    for name in request.y or [request.x]:
        part = pandas.DataFrame({"x": x, "y": get_numbers(table, "y", name)})
        words = [] if by is None else [by.map(show)]
        if len(request.y) > 1:
            words.append(pandas.Series(name.replace("_", " "), index=part.index))
        part["series"] = words[0] if words else ""
        if len(words) == 2:
            part["series"] = words[0] + ", " + words[1]
        part["by"] = 0 if by is None else by
        part["column"] = name
        parts.append(part)
    return pandas.concat(parts, ignore_index=True).dropna(subset=["x", "y"])


def show(value: object) -> str:
    """A value of --by in a legend."""
    if value is None or value != value:
        return "NULL"
    return f"{value:g}" if isinstance(value, (int, float)) else str(value).strip()


def check_positive(long: pandas.DataFrame, request: Request) -> None:
    """Raises a TraceError for what a logarithmic axis cannot show."""
    for option, column, is_asked in (("log-x", "x", request.log_x), ("log-y", "y", request.log_y)):
        if not is_asked:
            continue
        if is_text(long[column]):
            raise TraceError(f"{option}: column '{request.x}' has texts; leave --{option} out")
        if long[column].min() <= 0:
            raise TraceError(
                f"{option}: there is the value {long[column].min():g}, and a logarithmic axis has "
                f"no place for it; leave --{option} out, or the row"
            )


def choose_labels(request: Request) -> tuple[Label, Label]:
    """What was given, or else what the columns' names say."""
    x, y = describe_column(request.x), describe_columns(request.y or [request.x])
    if request.kind == "cdf":
        y = Label("Part of all (%)")
    if request.x_label is not None:
        x = Label(request.x_label)
    if request.y_label is not None:
        y = Label(request.y_label)
    return x, y


def rename(data: pandas.DataFrame, request: Request) -> pandas.DataFrame:
    """The columns as the query calls them; of several --y, "column" says which one it is."""
    is_one = len(request.y) < 2
    names = {"x": request.x, "y": request.y[0] if request.y and is_one else "value"}
    kept = [*(["by"] if request.by else []), *([] if is_one else ["column"])]
    others = [name for name in data if name not in ("by", "column", "series")]
    data = data[kept + others]
    return data.rename(columns=names | {"by": request.by or "by"})
