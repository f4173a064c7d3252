# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""What all tools share that read trace databases or run what writes them, one idea a file.

errors    what the user has to be told
command   how a tool begins and ends
signals   signals that end a program, as an exception
schema    which databases this azure-net writes
database  a trace database, opened to be read; what others are refused with
runs      which runs a command line means
quantity  numbers and times as options of programs have them
files     files that are there as a whole or not at all
table     aligned columns of text
progress  one line of a terminal; nothing elsewhere
"""
