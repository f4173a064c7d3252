# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""What ./azure-net report and plot draw, one idea a file.

plot      what a plot is: a figure with the numbers drawn in it
style     how figures look
output    plots as files for papers, and in pages
runs      what runs are called, and what queries say of them
panels    small multiples
plots     all plots of a report
flows     what became of flows, over time
health    when pool members were up and down
"""
