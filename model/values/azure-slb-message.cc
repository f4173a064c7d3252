// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-slb-message.h"

#include "azure-byte-codec.h"
#include "azure-text-fields.h"

#include "ns3/abort.h"

#include <array>
#include <limits>
#include <utility>

namespace ns3::azure
{

namespace
{

constexpr uint32_t MAGIC = 0x61534c42; //!< "aSLB"
constexpr uint8_t VERSION = 1;
constexpr uint32_t MAX_VIRTUAL_NETWORK = (1U << 24) - 1; //!< an identifier has 24 bits

/// Which body follows: the position of its type in SlbMessage::body.
enum class BodyKind : uint8_t
{
    Acknowledge,
    ProgramNetworkInterface,
    ProgramPublicEndpoints,
    GoalStatePart,
    ProgramInboundEndpoints,
    ProgramHealthProbe,
    ReportHealth,
    ProgramMembers,
    RequestProgram,
    ProgramComplete,
    ProgramSnatPorts,
    RequestSnatPorts,
    ReturnSnatPorts,
    WithdrawPublicEndpoints,
    ReportOverload,
    ProgramFrontend,
};

/// An instruction to use the own public address must name it.
bool
IsConsistent(const ProgramNetworkInterface& body)
{
    return (body.method != OutboundMethod::InstanceLevelPublicIp || body.instanceLevelPublicIp) &&
           (body.method == OutboundMethod::NatGateway) == body.natGateway.has_value() &&
           body.sequence > 0;
}

/// A part must be one of the parts.
bool
IsConsistent(const GoalStatePart& body)
{
    return body.part < body.parts;
}

/// @return whether the time is above 0 and no deadline overflows, as in a profile
bool
IsWaitingTime(Time time)
{
    return time.IsStrictlyPositive() && time <= Hours(1000);
}

/// Both ports are 0 with HA ports, and only then; an identifier has 24 bits.
bool
IsConsistent(const InboundEndpoint& endpoint)
{
    const bool hasNoPort = endpoint.protocol == TransportProtocol::All;
    return (endpoint.frontendPort == 0) == hasNoPort && (endpoint.backendPort == 0) == hasNoPort &&
           endpoint.virtualNetwork.value_or(0) <= MAX_VIRTUAL_NETWORK &&
           IsWaitingTime(endpoint.idleTimeout);
}

/// Ports, numbers of probes and counts begin at 1.
bool
IsConsistent(const HealthProbeTarget& target)
{
    return target.probe > 0 && target.port > 0 && IsWaitingTime(target.interval) &&
           IsWaitingTime(target.timeout) && target.failuresToDown > 0 && target.successesToUp > 0;
}

/// Numbers of probes and reports begin at 1.
bool
IsConsistent(const ReportHealth& body)
{
    return body.probe > 0 && body.sequence > 0;
}

/// Sequences and requests begin at 1; dropped requests have no answer.
bool
IsConsistent(const ProgramSnatPorts& body)
{
    const bool isAnswer = body.request > 0;
    const bool isRefused = body.outcome == SnatRequestOutcome::NoFreePorts ||
                           body.outcome == SnatRequestOutcome::PortCap;
    return body.sequence > 0 && (isRefused ? isAnswer && body.given.empty()
                                           : body.outcome == SnatRequestOutcome::Granted);
}

/// Requests begin at 1.
bool
IsConsistent(const RequestSnatPorts& body)
{
    return body.request > 0;
}

/// A return is of something.
bool
IsConsistent(const ReturnSnatPorts& body)
{
    return !body.ranges.empty();
}

/// A report tells of something.
bool
IsConsistent(const ReportOverload& body)
{
    return body.dropped > 0;
}

/// Sequences begin at 1.
bool
IsConsistent(const ProgramFrontend& body)
{
    return body.sequence > 0;
}

/// Appends to a message.
class Writer : public ByteWriter
{
  public:
    void PutAddress(Ipv4Address address)
    {
        Put32(address.Get());
    }

    void PutTime(Time time)
    {
        Put64(static_cast<uint64_t>(time.GetNanoSeconds()));
    }

    void PutPorts(Ipv4Address address, const PortRange& ports)
    {
        PutAddress(address);
        Put16(ports.first);
        Put16(ports.last);
    }

    void Put(const Acknowledge& /* body */)
    {
    }

    void Put(const ProgramNetworkInterface& body)
    {
        NS_ABORT_MSG_UNLESS(IsConsistent(body),
                            "the address of its method, or its sequence, is missing");
        Put32(body.networkInterface);
        PutByte(body.method);
        PutByte(body.instanceLevelPublicIp.has_value());
        if (body.instanceLevelPublicIp)
        {
            PutAddress(*body.instanceLevelPublicIp);
        }
        PutBlocks(body.blocks);
        PutByte(body.translatesTcp);
        PutByte(body.translatesUdp);
        PutByte(body.isInboundClosed);
        PutText(azure::GetText(body.profile));
        PutByte(body.natGateway.has_value());
        if (body.natGateway)
        {
            PutAddress(*body.natGateway);
        }
        Put32(body.sequence);
        PutByte(body.cause);
    }

    void PutBlocks(const std::vector<SnatPortBlockGrant>& blocks,
                   std::size_t most = std::numeric_limits<uint16_t>::max())
    {
        PutCount16(blocks.size(), most);
        for (const auto& block : blocks)
        {
            PutPorts(block.publicAddress, block.ports);
        }
    }

    void PutEndpoints(const std::vector<PublicEndpoint>& endpoints)
    {
        PutCount16(endpoints.size(), MAX_ENDPOINTS_PER_MESSAGE);
        for (const auto& endpoint : endpoints)
        {
            PutPorts(endpoint.publicAddress, endpoint.ports);
            PutAddress(endpoint.host);
        }
    }

    void Put(const ProgramSnatPorts& body)
    {
        NS_ABORT_MSG_UNLESS(IsConsistent(body), "the sequence or outcome of SNAT ports is none");
        Put32(body.networkInterface);
        Put32(body.sequence);
        Put32(body.request);
        PutByte(body.outcome);
        PutByte(body.cause);
        PutBlocks(body.given, MAX_BLOCKS_PER_MESSAGE);
        PutBlocks(body.taken, MAX_BLOCKS_PER_MESSAGE);
    }

    void Put(const RequestSnatPorts& body)
    {
        NS_ABORT_MSG_UNLESS(IsConsistent(body), "requests for SNAT ports begin at 1");
        Put32(body.networkInterface);
        Put32(body.request);
    }

    void Put(const ReturnSnatPorts& body)
    {
        NS_ABORT_MSG_UNLESS(IsConsistent(body), "no ranges are returned");
        Put32(body.networkInterface);
        PutBlocks(body.ranges, MAX_BLOCKS_PER_MESSAGE);
    }

    void Put(const WithdrawPublicEndpoints& body)
    {
        PutEndpoints(body.endpoints);
    }

    void Put(const ReportOverload& body)
    {
        NS_ABORT_MSG_UNLESS(IsConsistent(body), "an overload without dropped packets is none");
        PutAddress(body.frontend);
        Put64(body.dropped);
    }

    void Put(const ProgramFrontend& body)
    {
        NS_ABORT_MSG_UNLESS(IsConsistent(body), "the sequence of a frontend begins at 1");
        PutAddress(body.frontend);
        PutByte(body.isWithdrawn);
        Put32(body.sequence);
    }

    void Put(const ProgramPublicEndpoints& body)
    {
        PutEndpoints(body.endpoints);
    }

    void Put(const GoalStatePart& body)
    {
        NS_ABORT_MSG_UNLESS(IsConsistent(body),
                            "there is no part " << body.part << " of " << body.parts);
        Put32(body.generation);
        Put16(body.part);
        Put16(body.parts);
        PutCount16(body.bytes.size(), MAX_BYTES_PER_PART);
        m_bytes.insert(m_bytes.end(), body.bytes.begin(), body.bytes.end());
    }

    void Put(const InboundEndpoint& endpoint)
    {
        NS_ABORT_MSG_UNLESS(
            IsConsistent(endpoint),
            "the ports, virtual network or timeout of an inbound endpoint are none");
        PutAddress(endpoint.frontend);
        PutOptional32(endpoint.virtualNetwork);
        PutByte(endpoint.protocol);
        Put16(endpoint.frontendPort);
        Put16(endpoint.backendPort);
        PutByte(endpoint.isFloatingIp);
        PutTime(endpoint.idleTimeout);
        PutByte(endpoint.isTcpReset);
    }

    void Put(const ProgramInboundEndpoints& body)
    {
        Put32(body.networkInterface);
        PutCount16(body.muxes.size(), MAX_MUXES);
        for (const auto& mux : body.muxes)
        {
            PutAddress(mux);
        }
        PutCount16(body.endpoints.size(), MAX_INBOUND_ENDPOINTS_PER_MESSAGE);
        for (const auto& endpoint : body.endpoints)
        {
            Put(endpoint);
        }
    }

    void Put(const ProgramHealthProbe& body)
    {
        const auto& target = body.target;
        NS_ABORT_MSG_UNLESS(IsConsistent(target),
                            "the number, port, times or counts of a health probe are none");
        Put32(target.networkInterface);
        PutAddress(target.privateAddress);
        Put16(target.probe);
        PutByte(target.protocol);
        Put16(target.port);
        PutText(target.requestPath, MAX_REQUEST_PATH);
        PutTime(target.interval);
        PutTime(target.timeout);
        Put32(target.failuresToDown);
        Put32(target.successesToUp);
    }

    void Put(const ReportHealth& body)
    {
        NS_ABORT_MSG_UNLESS(IsConsistent(body), "the numbers of a health report begin at 1");
        Put32(body.networkInterface);
        Put16(body.probe);
        Put32(body.sequence);
        PutByte(body.isUp);
    }

    void Put(const ProgramMembers& body)
    {
        Put32(body.generation);
        PutCount16(body.changes.size(), MAX_MEMBERS_PER_MESSAGE);
        for (const auto& change : body.changes)
        {
            Put16(change.backendSet);
            Put32(change.networkInterface);
            PutByte(change.isAvailable);
            Put32(change.sequence);
        }
    }

    void Put(const RequestProgram& /* body */)
    {
    }

    void Put(const ProgramComplete& body)
    {
        Put32(body.request);
    }
};

/// Takes a message apart.
class Reader : public ByteReader
{
  public:
    using ByteReader::ByteReader;

    Ipv4Address GetAddress()
    {
        return Ipv4Address(Get32());
    }

    Time GetTime()
    {
        return NanoSeconds(Get64());
    }

    PortRange GetPorts()
    {
        PortRange ports;
        ports.first = Get16();
        ports.last = Get16();
        m_good = m_good && ports.first <= ports.last;
        return ports;
    }

    Profile GetProfile()
    {
        const auto text = GetText();
        const auto parsed = ParseProfile(text);
        m_good = m_good && parsed.profile && azure::GetText(*parsed.profile) == text;
        return parsed.profile.value_or(Profile());
    }

    ProgramNetworkInterface GetProgramNetworkInterface()
    {
        ProgramNetworkInterface body;
        body.networkInterface = Get32();
        body.method = GetByte(OutboundMethod::NatGateway);
        if (GetByte(true))
        {
            body.instanceLevelPublicIp = GetAddress();
        }
        body.blocks = GetBlocks();
        body.translatesTcp = GetByte(true);
        body.translatesUdp = GetByte(true);
        body.isInboundClosed = GetByte(true);
        body.profile = GetProfile();
        if (GetByte(true))
        {
            body.natGateway = GetAddress();
        }
        body.sequence = Get32();
        body.cause = GetByte(SnatAllocationCause::Left);
        m_good = m_good && IsConsistent(body);
        return body;
    }

    std::vector<SnatPortBlockGrant> GetBlocks(
        std::size_t most = std::numeric_limits<uint16_t>::max())
    {
        std::vector<SnatPortBlockGrant> blocks;
        for (auto rest = GetCount16(most); rest > 0 && m_good; --rest)
        {
            auto& block = blocks.emplace_back();
            block.publicAddress = GetAddress();
            block.ports = GetPorts();
        }
        return blocks;
    }

    ProgramSnatPorts GetProgramSnatPorts()
    {
        ProgramSnatPorts body;
        body.networkInterface = Get32();
        body.sequence = Get32();
        body.request = Get32();
        body.outcome = GetByte(SnatRequestOutcome::Unanswered);
        body.cause = GetByte(SnatAllocationCause::Left);
        body.given = GetBlocks(MAX_BLOCKS_PER_MESSAGE);
        body.taken = GetBlocks(MAX_BLOCKS_PER_MESSAGE);
        m_good = m_good && IsConsistent(body);
        return body;
    }

    RequestSnatPorts GetRequestSnatPorts()
    {
        RequestSnatPorts body;
        body.networkInterface = Get32();
        body.request = Get32();
        m_good = m_good && IsConsistent(body);
        return body;
    }

    ReturnSnatPorts GetReturnSnatPorts()
    {
        ReturnSnatPorts body;
        body.networkInterface = Get32();
        body.ranges = GetBlocks(MAX_BLOCKS_PER_MESSAGE);
        m_good = m_good && IsConsistent(body);
        return body;
    }

    ReportOverload GetReportOverload()
    {
        ReportOverload body;
        body.frontend = GetAddress();
        body.dropped = Get64();
        m_good = m_good && IsConsistent(body);
        return body;
    }

    ProgramFrontend GetProgramFrontend()
    {
        ProgramFrontend body;
        body.frontend = GetAddress();
        body.isWithdrawn = GetByte(true);
        body.sequence = Get32();
        m_good = m_good && IsConsistent(body);
        return body;
    }

    std::vector<PublicEndpoint> GetEndpoints()
    {
        std::vector<PublicEndpoint> endpoints;
        for (auto rest = GetCount16(MAX_ENDPOINTS_PER_MESSAGE); rest > 0 && m_good; --rest)
        {
            auto& endpoint = endpoints.emplace_back();
            endpoint.publicAddress = GetAddress();
            endpoint.ports = GetPorts();
            endpoint.host = GetAddress();
        }
        return endpoints;
    }

    GoalStatePart GetGoalStatePart()
    {
        GoalStatePart body;
        body.generation = Get32();
        body.part = Get16();
        body.parts = Get16();
        m_good = m_good && IsConsistent(body);
        for (auto rest = GetCount16(MAX_BYTES_PER_PART); rest > 0 && m_good; --rest)
        {
            body.bytes.push_back(Get8());
        }
        return body;
    }

    InboundEndpoint GetInboundEndpoint()
    {
        InboundEndpoint endpoint;
        endpoint.frontend = GetAddress();
        endpoint.virtualNetwork = GetOptional32();
        endpoint.protocol = GetByte(TransportProtocol::All);
        endpoint.frontendPort = Get16();
        endpoint.backendPort = Get16();
        endpoint.isFloatingIp = GetByte(true);
        endpoint.idleTimeout = GetTime();
        endpoint.isTcpReset = GetByte(true);
        m_good = m_good && IsConsistent(endpoint);
        return endpoint;
    }

    ProgramInboundEndpoints GetProgramInboundEndpoints()
    {
        ProgramInboundEndpoints body;
        body.networkInterface = Get32();
        for (auto rest = GetCount16(MAX_MUXES); rest > 0 && m_good; --rest)
        {
            body.muxes.push_back(GetAddress());
        }
        for (auto rest = GetCount16(MAX_INBOUND_ENDPOINTS_PER_MESSAGE); rest > 0 && m_good; --rest)
        {
            body.endpoints.push_back(GetInboundEndpoint());
        }
        return body;
    }

    ProgramHealthProbe GetProgramHealthProbe()
    {
        ProgramHealthProbe body;
        auto& target = body.target;
        target.networkInterface = Get32();
        target.privateAddress = GetAddress();
        target.probe = Get16();
        target.protocol = GetByte(HealthProbeProtocol::Https);
        target.port = Get16();
        target.requestPath = GetText(MAX_REQUEST_PATH);
        target.interval = GetTime();
        target.timeout = GetTime();
        target.failuresToDown = Get32();
        target.successesToUp = Get32();
        m_good = m_good && IsConsistent(target);
        return body;
    }

    ReportHealth GetReportHealth()
    {
        ReportHealth body;
        body.networkInterface = Get32();
        body.probe = Get16();
        body.sequence = Get32();
        body.isUp = GetByte(true);
        m_good = m_good && IsConsistent(body);
        return body;
    }

    ProgramMembers GetProgramMembers()
    {
        ProgramMembers body;
        body.generation = Get32();
        for (auto rest = GetCount16(MAX_MEMBERS_PER_MESSAGE); rest > 0 && m_good; --rest)
        {
            auto& change = body.changes.emplace_back();
            change.backendSet = Get16();
            change.networkInterface = Get32();
            change.isAvailable = GetByte(true);
            change.sequence = Get32();
        }
        return body;
    }

    /// @return the body of that kind; nothing if there is no such kind
    std::optional<decltype(SlbMessage::body)> GetBody(BodyKind kind)
    {
        switch (kind)
        {
        case BodyKind::Acknowledge:
            return Acknowledge{};
        case BodyKind::ProgramNetworkInterface:
            return GetProgramNetworkInterface();
        case BodyKind::ProgramPublicEndpoints:
            return ProgramPublicEndpoints{GetEndpoints()};
        case BodyKind::GoalStatePart:
            return GetGoalStatePart();
        case BodyKind::ProgramInboundEndpoints:
            return GetProgramInboundEndpoints();
        case BodyKind::ProgramHealthProbe:
            return GetProgramHealthProbe();
        case BodyKind::ReportHealth:
            return GetReportHealth();
        case BodyKind::ProgramMembers:
            return GetProgramMembers();
        case BodyKind::RequestProgram:
            return RequestProgram{};
        case BodyKind::ProgramComplete:
            return ProgramComplete{Get32()};
        case BodyKind::ProgramSnatPorts:
            return GetProgramSnatPorts();
        case BodyKind::RequestSnatPorts:
            return GetRequestSnatPorts();
        case BodyKind::ReturnSnatPorts:
            return GetReturnSnatPorts();
        case BodyKind::WithdrawPublicEndpoints:
            return WithdrawPublicEndpoints{GetEndpoints()};
        case BodyKind::ReportOverload:
            return GetReportOverload();
        case BodyKind::ProgramFrontend:
            return GetProgramFrontend();
        }
        return std::nullopt;
    }
};

} // namespace

std::vector<uint8_t>
Encode(const SlbMessage& message)
{
    Writer writer;
    writer.Put32(MAGIC);
    writer.Put8(VERSION);
    writer.Put8(static_cast<uint8_t>(message.body.index()));
    writer.Put32(message.transaction);
    std::visit([&writer](const auto& body) { writer.Put(body); }, message.body);
    return std::move(writer.GetBytes());
}

std::optional<SlbMessage>
DecodeSlbMessage(const std::vector<uint8_t>& bytes)
{
    Reader reader(bytes);
    if (reader.Get32() != MAGIC || reader.Get8() != VERSION)
    {
        return std::nullopt;
    }
    const auto kind = static_cast<BodyKind>(reader.Get8());
    const auto transaction = reader.Get32();
    auto body = reader.GetBody(kind);
    if (!body || !reader.IsDone())
    {
        return std::nullopt;
    }
    return SlbMessage{transaction, std::move(*body)};
}

const char*
GetKind(const SlbMessage& message)
{
    // in the order of the variant, as BodyKind
    constexpr std::array<const char*, 16> KINDS{"acknowledge",
                                                "program-network-interface",
                                                "program-public-endpoints",
                                                "goal-state-part",
                                                "program-inbound-endpoints",
                                                "program-health-probe",
                                                "report-health",
                                                "program-members",
                                                "request-program",
                                                "program-complete",
                                                "program-snat-ports",
                                                "request-snat-ports",
                                                "return-snat-ports",
                                                "withdraw-public-endpoints",
                                                "report-overload",
                                                "program-frontend"};
    static_assert(KINDS.size() == std::variant_size_v<decltype(SlbMessage::body)>);
    return KINDS[message.body.index()];
}

} // namespace ns3::azure
