# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""The page that ./azure-net report writes, one idea a file.

runs      which runs are reported, and what was run
sections  which tables the page has, each an SQL query
reading   the rows of a table, capped, and what its columns mean
words     numbers, times and names as a reader wants them
key       the key figures: few, large
page      all of it as one HTML file, with style and scripts inside
folder    the folder that the page and its plots are in: there as a whole or not at all
"""
