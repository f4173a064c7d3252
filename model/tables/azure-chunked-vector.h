// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_CHUNKED_VECTOR_H
#define AZURE_CHUNKED_VECTOR_H

#include "ns3/assert.h"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace ns3::azure
{

/**
 * @brief Elements that fit into a chunk of about 4 KiB.
 * @return a power of two, 1 at least
 */
constexpr uint32_t
GetDefaultChunkSize(std::size_t elementBytes)
{
    uint32_t elements = 1;
    while (2 * elements * elementBytes <= 4096)
    {
        elements *= 2;
    }
    return elements;
}

/**
 * @ingroup azure-tables
 * @brief A vector that grows by a chunk at a time and never moves an element.
 *
 * A std::vector that doubles holds three times its elements while it grows, and moves them all; a
 * std::deque has chunks of 512 bytes, four records of a flow.  This one wastes a chunk at most, and
 * references stay valid until the element is removed.  An access costs one more load, from a list
 * of 8 bytes a chunk.
 *
 * Elements are numbered from 0 without gaps, so a number (4 bytes) serves as a pointer.
 *
 * @tparam T default constructible and movable; a chunk's elements are constructed with the chunk
 * @tparam ChunkSize elements of a chunk; a power of two
 */
template <typename T, uint32_t ChunkSize = GetDefaultChunkSize(sizeof(T))>
class ChunkedVector
{
    static_assert(ChunkSize > 0 && (ChunkSize & (ChunkSize - 1)) == 0, "not a power of two");

    /// Walks all elements in the order of their numbers.
    template <bool IsConst>
    class Iterator
    {
        using Vector = std::conditional_t<IsConst, const ChunkedVector, ChunkedVector>;

      public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = T;
        using difference_type = std::ptrdiff_t;
        using pointer = std::conditional_t<IsConst, const T*, T*>;
        using reference = std::conditional_t<IsConst, const T&, T&>;

        Iterator() = default;

        Iterator(Vector& vector, uint32_t at)
            : m_vector(&vector),
              m_at(at)
        {
        }

        reference operator*() const
        {
            return (*m_vector)[m_at];
        }

        pointer operator->() const
        {
            return &(*m_vector)[m_at];
        }

        Iterator& operator++()
        {
            ++m_at;
            return *this;
        }

        Iterator operator++(int)
        {
            auto before = *this;
            ++m_at;
            return before;
        }

        friend bool operator==(const Iterator& a, const Iterator& b)
        {
            return a.m_at == b.m_at;
        }

        friend bool operator!=(const Iterator& a, const Iterator& b)
        {
            return a.m_at != b.m_at;
        }

      private:
        Vector* m_vector{nullptr}; //!< walked over
        uint32_t m_at{0};          //!< number of the element
    };

  public:
    ChunkedVector() = default;

    /// @brief Take over the elements of another one, and leave it empty.
    ChunkedVector(ChunkedVector&& other) noexcept
        : m_chunks(std::move(other.m_chunks)),
          m_size(std::exchange(other.m_size, 0))
    {
    }

    /// @brief Take over the elements of another one, and leave it empty.
    ChunkedVector& operator=(ChunkedVector&& other) noexcept
    {
        m_chunks = std::move(other.m_chunks);
        m_size = std::exchange(other.m_size, 0);
        return *this;
    }

    /// @return the element of a number below GetSize()
    T& operator[](uint32_t number)
    {
        NS_ASSERT_MSG(number < m_size, "no element " << number);
        return m_chunks[number / ChunkSize][number % ChunkSize];
    }

    /// @return the element of a number below GetSize()
    const T& operator[](uint32_t number) const
    {
        NS_ASSERT_MSG(number < m_size, "no element " << number);
        return m_chunks[number / ChunkSize][number % ChunkSize];
    }

    /// @brief Add an element at the end, by default as T() makes it.
    /// @return the element; the reference is valid until it is removed
    template <typename Element = T>
    T& Append(Element&& element = Element())
    {
        if (m_size == m_chunks.size() * ChunkSize)
        {
            m_chunks.push_back(std::make_unique<T[]>(ChunkSize));
        }
        auto& place = m_chunks[m_size / ChunkSize][m_size % ChunkSize];
        ++m_size;
        place = std::forward<Element>(element);
        return place;
    }

    /// @brief Remove the last of the elements, of which there is one at least.
    void RemoveLast()
    {
        (*this)[m_size - 1] = T();
        --m_size;
        const uint32_t needed = (m_size + ChunkSize - 1) / ChunkSize;
        if (m_chunks.size() > needed + 1) // one is kept, lest a chunk come and go at its border
        {
            m_chunks.pop_back();
        }
    }

    /// @brief Remove all elements, and give the memory back.
    void Clear()
    {
        *this = ChunkedVector();
    }

    /// @return number of elements
    uint32_t GetSize() const
    {
        return m_size;
    }

    /// @return whether there is no element
    bool IsEmpty() const
    {
        return m_size == 0;
    }

    /// @return bytes held; without what the elements hold elsewhere
    std::size_t GetMemory() const
    {
        return m_chunks.size() * ChunkSize * sizeof(T) +
               m_chunks.capacity() * sizeof(m_chunks.front());
    }

    /// @return the first element
    auto begin()
    {
        return Iterator<false>(*this, 0);
    }

    /// @return behind the last element
    auto end()
    {
        return Iterator<false>(*this, m_size);
    }

    /// @return the first element
    auto begin() const
    {
        return Iterator<true>(*this, 0);
    }

    /// @return behind the last element
    auto end() const
    {
        return Iterator<true>(*this, m_size);
    }

  private:
    std::vector<std::unique_ptr<T[]>> m_chunks; //!< all full but for the last ones
    uint32_t m_size{0};                         //!< elements
};

} // namespace ns3::azure

#endif // AZURE_CHUNKED_VECTOR_H
