// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-traffic-message.h"

#include "ns3/abort.h"
#include "ns3/azure-checksum.h"
#include "ns3/azure-parsed.h"
#include "ns3/azure-text-fields.h"

#include <algorithm>

namespace ns3::azure
{

NS_OBJECT_ENSURE_REGISTERED(TrafficRequestHeader);

TypeId
TrafficRequestHeader::GetTypeId()
{
    static TypeId tid = TypeId("ns3::azure::TrafficRequestHeader")
                            .SetParent<Header>()
                            .SetGroupName("AzureNet")
                            .AddConstructor<TrafficRequestHeader>();
    return tid;
}

TrafficRequestHeader::TrafficRequestHeader(uint32_t requestSize, uint32_t responseSize)
    : m_requestSize(requestSize),
      m_responseSize(responseSize)
{
}

bool
TrafficRequestHeader::IsValid() const
{
    return m_magic == MAGIC && m_requestSize >= SIZE;
}

TrafficRequestHeader
TrafficRequestHeader::Read(const uint8_t* bytes)
{
    TrafficRequestHeader header;
    header.m_magic = ReadU32(bytes);
    header.m_requestSize = ReadU32(bytes + 4);
    header.m_responseSize = ReadU32(bytes + 8);
    return header;
}

void
TrafficRequestHeader::Write(uint8_t* bytes) const
{
    WriteU32(bytes, m_magic);
    WriteU32(bytes + 4, m_requestSize);
    WriteU32(bytes + 8, m_responseSize);
}

uint32_t
TrafficRequestHeader::GetRequestSize() const
{
    return m_requestSize;
}

uint32_t
TrafficRequestHeader::GetResponseSize() const
{
    return m_responseSize;
}

TypeId
TrafficRequestHeader::GetInstanceTypeId() const
{
    return GetTypeId();
}

uint32_t
TrafficRequestHeader::GetSerializedSize() const
{
    return SIZE;
}

void
TrafficRequestHeader::Serialize(Buffer::Iterator start) const
{
    start.WriteHtonU32(m_magic);
    start.WriteHtonU32(m_requestSize);
    start.WriteHtonU32(m_responseSize);
}

uint32_t
TrafficRequestHeader::Deserialize(Buffer::Iterator start)
{
    m_magic = start.ReadNtohU32();
    m_requestSize = start.ReadNtohU32();
    m_responseSize = start.ReadNtohU32();
    return SIZE;
}

void
TrafficRequestHeader::Print(std::ostream& os) const
{
    os << "request " << m_requestSize << " bytes, response " << m_responseSize << " bytes";
}

Ptr<Packet>
CreateTrafficRequest(uint32_t requestSize, uint32_t responseSize)
{
    NS_ABORT_MSG_IF(requestSize < TrafficRequestHeader::SIZE,
                    "a request has at least " << TrafficRequestHeader::SIZE << " bytes");
    auto request = Create<Packet>(requestSize - TrafficRequestHeader::SIZE);
    request->AddHeader(TrafficRequestHeader(requestSize, responseSize));
    return request;
}

void
SendWhatFits(Ptr<Socket> socket, Ptr<Packet>& message)
{
    const uint32_t size = std::min(message->GetSize(), socket->GetTxAvailable());
    if (size > 0 && socket->Send(message->CreateFragment(0, size)) >= 0)
    {
        message->RemoveAtStart(size);
    }
}

std::optional<std::string>
ValidateKeepAliveInterval(Time interval)
{
    const bool isAllowed = interval.IsZero() || interval >= MilliSeconds(1);
    return isAllowed ? std::nullopt
                     : std::make_optional(GetRefusal("KeepAliveInterval",
                                                     GetText(interval.GetSeconds()) + "s",
                                                     "0s or at least 1ms"));
}

} // namespace ns3::azure
