# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""What is behind ./azure-net cookbook, one idea a file.

document  doc/cookbook.rst, read strictly: its entries with their commands and queries
commands  the commands of an entry, and what is started for them
entry     one entry: its commands run in a folder, its queries asked
"""
