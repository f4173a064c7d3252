// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_ATTEMPTS_UNDER_WAY_H
#define AZURE_ATTEMPTS_UNDER_WAY_H

#include "ns3/azure-chunked-vector.h"
#include "ns3/azure-flow-index.h"
#include "ns3/azure-flow-key.h"

#include <cstdint>
#include <limits>
#include <optional>

namespace ns3::azure
{

/// An attempt to open a flow that is under way.
struct AttemptUnderWay
{
    FlowKey key;                  //!< as the application sends
    uint64_t refusedFlow{0};      //!< if it has been refused: its number on the interface
    uint32_t refusedInterface{0}; //!< if it has been refused: the network interface
    uint32_t generator{0};        //!< whose
    uint32_t number{0};           //!< of the flow within its generator
    bool isRefused{false};        //!< refused, and has not got a port since
};

/**
 * @ingroup azure-helper
 * @brief The attempts that are under way, found by 5-tuple, or by what a host agent calls a refused
 * one: in 40 bytes each and 16 to 32 for each way to find it.
 */
class AttemptsUnderWay
{
  public:
    /// Add an attempt, in place of one with the same key.
    void Insert(const FlowKey& key, uint32_t generator, uint32_t number);

    /// @return the attempt with a key, or null
    AttemptUnderWay* Find(const FlowKey& key);

    /// @return the refused attempt of a network interface and number, or null
    AttemptUnderWay* FindRefused(uint32_t networkInterface, uint64_t flow);

    /// Take note that an attempt, which Find() has returned, is refused.
    void SetRefused(AttemptUnderWay& attempt, uint32_t networkInterface, uint64_t flow);

    /// Take note that a refused attempt, which FindRefused() has returned, has got a port.
    void SetPassed(AttemptUnderWay& attempt);

    /// Remove the attempt with a key, which is there.
    void Remove(const FlowKey& key);

    /// @return how many there are
    uint32_t GetSize() const
    {
        return m_size;
    }

    /// @return bytes of memory held
    uint64_t GetMemory() const
    {
        return m_attempts.GetMemory() + m_index.GetMemory();
    }

  private:
    static constexpr uint32_t NOBODY = std::numeric_limits<uint32_t>::max();

    /// @return what stands for interface and number in the index: no protocol has the number 0
    static FlowKey GetRefusedKey(uint32_t networkInterface, uint64_t flow);

    /// @return the attempt that is found by that key in that way, or nothing
    std::optional<FlowMatch> Lookup(const FlowKey& key) const;

    ChunkedVector<AttemptUnderWay> m_attempts; //!< by slot; the number of a free one is the next's
    FlowIndex m_index;       //!< outbound: by key; inbound: by interface and number
    uint32_t m_free{NOBODY}; //!< the first free slot
    uint32_t m_size{0};      //!< attempts
};

} // namespace ns3::azure

#endif // AZURE_ATTEMPTS_UNDER_WAY_H
