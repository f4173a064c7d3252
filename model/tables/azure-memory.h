// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_MEMORY_H
#define AZURE_MEMORY_H

#include <cstddef>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

/**
 * @file
 * @brief Bytes that standard containers hold, counted from their capacities.
 *
 * Without what their elements hold elsewhere, and what the allocator adds to each piece.  Nodes of
 * maps and sets are counted as libstdc++ makes them.
 */
namespace ns3::azure
{

/// @return bytes held by a vector
template <typename T>
std::size_t
GetMemory(const std::vector<T>& vector)
{
    return vector.capacity() * sizeof(T);
}

/// @return bytes held by a map; a node has three pointers and a color besides its value
template <typename Key, typename Value>
std::size_t
GetMemory(const std::map<Key, Value>& map)
{
    return map.size() * (sizeof(typename std::map<Key, Value>::value_type) + 4 * sizeof(void*));
}

/// @return bytes held by a set; a node has three pointers and a color besides its value
template <typename T>
std::size_t
GetMemory(const std::set<T>& set)
{
    return set.size() * (sizeof(T) + 4 * sizeof(void*));
}

/// @return bytes held by a hash map; a node has a pointer and the hash besides its value
template <typename Key, typename Value, typename Hash>
std::size_t
GetMemory(const std::unordered_map<Key, Value, Hash>& map)
{
    using Pair = typename std::unordered_map<Key, Value, Hash>::value_type;
    return map.size() * (sizeof(Pair) + sizeof(void*) + sizeof(std::size_t)) +
           map.bucket_count() * sizeof(void*);
}

} // namespace ns3::azure

#endif // AZURE_MEMORY_H
