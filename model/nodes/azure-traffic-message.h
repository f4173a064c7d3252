// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRAFFIC_MESSAGE_H
#define AZURE_TRAFFIC_MESSAGE_H

#include "ns3/header.h"
#include "ns3/nstime.h"
#include "ns3/packet.h"
#include "ns3/ptr.h"
#include "ns3/socket.h"

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief Start of a traffic generator's request: how long it is, and how long an answer it wants.
 *
 * On the wire 12 bytes in network order: the letters "AZTG", request size, response size.  The
 * rest of the request, and the response, are zero bytes.
 */
class TrafficRequestHeader : public Header
{
  public:
    static constexpr uint32_t SIZE = 12; //!< bytes on the wire

    /// @return the object's TypeId
    static TypeId GetTypeId();

    TrafficRequestHeader() = default;

    /**
     * @param requestSize bytes of the whole request, this header included
     * @param responseSize bytes of the wanted response
     */
    TrafficRequestHeader(uint32_t requestSize, uint32_t responseSize);

    /// @return whether what was deserialized began with the letters, and is no shorter than itself
    bool IsValid() const;

    /// @param bytes of which there are SIZE
    /// @return what they say, valid or not
    static TrafficRequestHeader Read(const uint8_t* bytes);

    /// @param bytes where to write the SIZE bytes of the header
    void Write(uint8_t* bytes) const;

    /// @return bytes of the whole request, this header included
    uint32_t GetRequestSize() const;

    /// @return bytes of the wanted response
    uint32_t GetResponseSize() const;

    TypeId GetInstanceTypeId() const override;
    uint32_t GetSerializedSize() const override;
    void Serialize(Buffer::Iterator start) const override;
    uint32_t Deserialize(Buffer::Iterator start) override;
    void Print(std::ostream& os) const override;

  private:
    static constexpr uint32_t MAGIC = 0x415a5447; //!< "AZTG"

    uint32_t m_magic{MAGIC};      //!< the first four bytes
    uint32_t m_requestSize{SIZE}; //!< bytes of the whole request
    uint32_t m_responseSize{0};   //!< bytes of the wanted response
};

/// @return a request of that many bytes, at least TrafficRequestHeader::SIZE
Ptr<Packet> CreateTrafficRequest(uint32_t requestSize, uint32_t responseSize);

/**
 * @brief Put as much of a message into a TCP socket's send buffer as fits.
 * @param socket a connected TCP socket
 * @param message what is left of the message; loses the bytes that fitted
 */
void SendWhatFits(Ptr<Socket> socket, Ptr<Packet>& message);

/// @return what is wrong with a time between keep-alive messages; nothing if it is 0 s, for none,
/// or at least 1 ms (our choice: below, they would be the traffic)
std::optional<std::string> ValidateKeepAliveInterval(Time interval);

} // namespace ns3::azure

#endif // AZURE_TRAFFIC_MESSAGE_H
