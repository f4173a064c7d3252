// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_RAW_HEADER_H
#define AZURE_RAW_HEADER_H

#include "ns3/header.h"

#include <cstdint>

namespace ns3::azure
{

/**
 * @ingroup azure-datapath
 * @brief Bytes in front of a packet, as they are: the cheapest way to put headers on.
 *
 * Does not own the bytes; they must live until the header has been added.
 */
class RawHeader : public Header
{
  public:
    /// @return the object's TypeId
    static TypeId GetTypeId();

    RawHeader() = default;

    /// @param bytes to put in front; @param size how many
    RawHeader(const uint8_t* bytes, uint32_t size)
        : m_bytes(bytes),
          m_size(size)
    {
    }

    TypeId GetInstanceTypeId() const override;
    uint32_t GetSerializedSize() const override;
    void Serialize(Buffer::Iterator start) const override;
    /// Ends the program: nothing tells how many bytes there are.
    uint32_t Deserialize(Buffer::Iterator start) override;
    /// Takes their number only, for Print(): ns-3 reads headers back to print a packet.
    uint32_t Deserialize(Buffer::Iterator start, Buffer::Iterator end) override;
    void Print(std::ostream& os) const override;

  private:
    const uint8_t* m_bytes{nullptr}; //!< not owned
    uint32_t m_size{0};              //!< how many
};

} // namespace ns3::azure

#endif // AZURE_RAW_HEADER_H
