# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""What "./azure-net in-tree" does: a tree of ns-3's sources with the module in it, built and tried."""
