# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""What ./azure-net sql and export do, one idea a file; doc/analysis.rst tells how to use them.

listing   what can be asked about
ask       queries and what answers them
formats   answers as text for people
records   answers as CSV and JSON for programs
shell     SQLite's own program on a terminal
export    all tables as files
"""
