# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""What ./azure-net sweep and merge do, one idea a file; doc/sweeps.rst tells how to use them.

grid      values and their combinations
plan      which runs a sweep consists of, as kept in its folder
folder    where everything is in that folder
program   what the program says to a command line
run_one   one run, from an empty folder to a finished database
processes, gnu_parallel, slurm
          who starts the runs
progress  how far it is
report    what came out
merge     many trace databases into one
ranks     those of the ranks of one simulation into one

What other tools need too is in azure_trace.
"""
