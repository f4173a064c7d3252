// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-raw-header.h"

#include "ns3/abort.h"

namespace ns3::azure
{

NS_OBJECT_ENSURE_REGISTERED(RawHeader);

TypeId
RawHeader::GetTypeId()
{
    static TypeId tid = TypeId("ns3::azure::RawHeader")
                            .SetParent<Header>()
                            .SetGroupName("AzureNet")
                            .AddConstructor<RawHeader>();
    return tid;
}

TypeId
RawHeader::GetInstanceTypeId() const
{
    return GetTypeId();
}

uint32_t
RawHeader::GetSerializedSize() const
{
    return m_size;
}

void
RawHeader::Serialize(Buffer::Iterator start) const
{
    NS_ABORT_MSG_IF(m_size > 0 && !m_bytes, "raw bytes that were read back are not kept");
    start.Write(m_bytes, m_size);
}

uint32_t
RawHeader::Deserialize(Buffer::Iterator /* start */)
{
    NS_ABORT_MSG("raw bytes cannot be read back without their number");
    return 0;
}

uint32_t
RawHeader::Deserialize(Buffer::Iterator start, Buffer::Iterator end)
{
    m_bytes = nullptr;
    m_size = start.GetDistanceFrom(end);
    return m_size;
}

void
RawHeader::Print(std::ostream& os) const
{
    os << m_size << " raw bytes";
}

} // namespace ns3::azure
