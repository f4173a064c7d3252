# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""What ./azure-net report and plot draw, one idea a file.

plot        what a plot is: a figure with the numbers drawn in it
style       how figures look
output      plots as files for papers, and in pages
panels      small multiples
statistics  means with confidence intervals, and percentiles
steps       step lines thinned out without loss of peaks
lines       lines with confidence bands, and heat maps
runs        what runs are called, and what queries say of them
parameters  parameters of a sweep as axes

plots       all plots of a report:
ports       SNAT ports over time, in port_panels
flows       what became of flows, over time
latency     distributions of times
ranking     those that have most
health      when pool members were up and down
sweep       what many runs say together

custom      a plot of any query's answer, read by table, drawn by kinds, with labels for its axes
"""
