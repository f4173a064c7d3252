// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_LIST_PIECES_H
#define AZURE_LIST_PIECES_H

#include <cstddef>
#include <vector>

namespace ns3::azure
{

/// @return pieces of a list, each but the last of so many items; none of an empty one
template <typename T>
std::vector<std::vector<T>>
Divide(const std::vector<T>& list, std::size_t most)
{
    std::vector<std::vector<T>> pieces;
    for (const auto& item : list)
    {
        if (pieces.empty() || pieces.back().size() == most)
        {
            pieces.emplace_back();
        }
        pieces.back().push_back(item);
    }
    return pieces;
}

} // namespace ns3::azure

#endif // AZURE_LIST_PIECES_H
