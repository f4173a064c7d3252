// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-traffic-generator.h"
#include "ns3/azure-traffic-server.h"
#include "ns3/boolean.h"
#include "ns3/error-model.h"
#include "ns3/global-value.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/net-device-container.h"
#include "ns3/node-container.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/pointer.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-header.h"
#include "ns3/tcp-option-ts.h"
#include "ns3/tcp-option-winscale.h"
#include "ns3/udp-header.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <limits>
#include <list>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace ns3::azure
{

namespace
{

/// One attribute and its text.
using Setting = std::pair<const char*, const char*>;

constexpr auto NONE = std::numeric_limits<std::size_t>::max(); // no packet

/// Where compact TCP differs by design; the reasons are in the comment of CompactTcpTable.
struct Difference
{
    std::size_t client{NONE}; // the first packet that differs if the client's is, from 0
    std::size_t server{NONE}; // if the server's is
};

/// A workload over a link with losses.
struct Workload
{
    const char* name;                 // test name
    std::vector<Setting> generator;   // attributes
    std::vector<Setting> server;      // attributes
    std::list<uint32_t> lostToServer; // packets that come to it, from 0
    std::list<uint32_t> lostToClient; // packets that come to it, from 0
    std::size_t packets;              // that sockets send, so that rows do not compare nothing
    Difference difference{};          // where there is one
    const char* stop{"700s"};         // end of the generator's life
};

void
PrintTo(const Workload& workload, std::ostream* os)
{
    *os << workload.name;
}

#define HOLD(seconds) "ns3::ConstantRandomVariable[Constant=" #seconds "]"

// Up to 3.40 ns-3 repeats a segment that had arrived, and is told so; 3.44 does not.
#if defined(AZURE_NET_NS3_VERSION) && AZURE_NET_NS3_VERSION > 340
constexpr std::size_t LOST_SEGMENT_PACKETS = 25;
#else
constexpr std::size_t LOST_SEGMENT_PACKETS = 27;
#endif

// clang-format off
const Workload WORKLOADS[] = {
    // name, generator, server, lost to server, lost to client, packets
    {"NoRequest", {{"RequestSize", "0"}, {"ResponseSize", "0"}, {"Hold", HOLD(3)}}, {}, {}, {}, 7},
    {"SmallRequestAndResponse", {{"Hold", HOLD(3)}}, {}, {}, {}, 11},
    {"RequestAndResponseOf1500Bytes",
     {{"RequestSize", "1500"}, {"ResponseSize", "1500"}, {"Hold", HOLD(3)}}, {}, {}, {}, 17},
    {"RequestAndResponseOf5000Bytes", // the last ACK of the request goes with data: echoes
     {{"RequestSize", "5000"}, {"ResponseSize", "5000"}, {"Hold", HOLD(3)}}, {}, {}, {}, 37,
     {NONE, 34}},
    {"ResponseOf20000Bytes", // 10 segments are the initial congestion window
     {{"ResponseSize", "20000"}, {"Hold", HOLD(3)}}, {}, {}, {}, 66, {NONE, 15}},
    {"ResponseWithoutHold", {{"Hold", HOLD(0)}}, {}, {}, {}, 10},
    {"EndlessHold", {}, {}, {}, {}, 7},
    {"ResetAfterHold", {{"Hold", HOLD(3)}, {"Close", "Rst"}}, {}, {}, {}, 8},
    {"SilenceAfterHold", {{"Hold", HOLD(3)}, {"Close", "None"}}, {}, {}, {}, 7},
    {"KeepAlivesOfTheClient", {{"Hold", HOLD(10)}, {"KeepAliveInterval", "2s"}}, {}, {}, {}, 19},
    {"KeepAlivesOfTheServer", {{"Hold", HOLD(10)}}, {{"KeepAliveInterval", "2s"}}, {}, {}, 20},
    {"ServerForgetsIdleConnection", // a listening socket ignores the FIN; 60 of them, then RST
     {{"Hold", HOLD(20)}}, {{"IdleTimeout", "5s"}}, {}, {}, 68, {NONE, 8}},
    {"Refused", // a socket ignores RST with ACK, and sends its next SYN
     {{"DestinationPort", "81"}, {"ConnectAttempts", "3"}}, {}, {}, {}, 6, {2, NONE}},
    {"RefusedWithRetries",
     {{"DestinationPort", "81"}, {"MaxAttempts", "3"}, {"RetryBackoff", "Fixed"}}, {}, {}, {}, 6,
     {2, NONE}},
    {"SilentDrop", {{"ConnectAttempts", "6"}}, {}, {0, 1, 2, 3, 4, 5}, {}, 6},
    {"SilentDropWithOwnTimeout",
     {{"ConnectAttempts", "3"}, {"ConnectTimeout", "500ms"}}, {}, {0, 1, 2}, {}, 3},
    {"StoppedDuringTheHandshake", {{"ConnectAttempts", "2"}}, {}, {0, 1, 2}, {}, 2, {},
     "2s"},
    {"StoppedWhileOpen", {}, {}, {}, {}, 11, {}, "2s"},
    {"LostSyn", {{"ConnectAttempts", "2"}, {"Hold", HOLD(3)}}, {}, {0}, {}, 12},
    {"LostSynAck", // both repeat theirs; a socket ignores the second SYN-ACK
     {{"ConnectAttempts", "2"}, {"Hold", HOLD(3)}}, {}, {}, {0}, 14, {7, NONE}},
    {"LostAckOfSynAck", {{"Hold", HOLD(3)}}, {}, {1}, {}, 11},
    {"LostRequest", {{"Hold", HOLD(3)}}, {}, {2}, {}, 12},
    {"LostAckOfRequest", {{"Hold", HOLD(3)}}, {}, {}, {1}, 11},
    {"LostResponse", {{"Hold", HOLD(3)}}, {}, {}, {2}, 12},
    {"LostAckOfResponse", {{"Hold", HOLD(3)}}, {}, {3}, {}, 13},
    {"LostFin", {{"Hold", HOLD(3)}}, {}, {4}, {}, 12},
    {"LostFinTwice", {{"Hold", HOLD(3)}}, {}, {4, 5}, {}, 13},
    {"LostFinOfServer", {{"Hold", HOLD(3)}}, {}, {}, {4}, 12},
    {"RequestNeverAcknowledged",
     {{"ResponseTimeout", "200s"}}, {}, {2, 3, 4, 5, 6, 7, 8, 9, 10}, {}, 10},
    {"LostSegmentOfARequest", // no SACK, no fast retransmission
     {{"RequestSize", "4000"}, {"Hold", HOLD(3)}}, {}, {4}, {}, LOST_SEGMENT_PACKETS, {17, 12}},
    {"NoResponseThenFin", // the request goes again with the FIN
     {{"ResponseTimeout", "5s"}, {"CloseTimeout", "4s"}}, {}, {2, 3, 4, 5, 6, 7, 8, 9}, {}, 9,
     {7, NONE}},
    {"TwoFlowsOneAfterTheOther",
     {{"Flows", "2"}, {"Arrival", "Periodic"}, {"Rate", "0.1"}, {"Hold", HOLD(3)}}, {}, {}, {}, 22},
    {"Udp", {{"Protocol", "Udp"}, {"RequestSize", "200"}, {"ResponseSize", "1000"}}, {}, {}, {}, 2},
    {"UdpInFragments",
     {{"Protocol", "Udp"}, {"RequestSize", "4000"}, {"ResponseSize", "2000"}}, {}, {}, {}, 5},
    {"UdpKeepAlives",
     {{"Protocol", "Udp"}, {"Hold", HOLD(10)}, {"KeepAliveInterval", "2s"}}, {}, {}, {}, 10},
    {"UdpRefused", {{"Protocol", "Udp"}, {"DestinationPort", "81"}}, {}, {}, {}, 2},
    {"UdpLost", {{"Protocol", "Udp"}, {"ResponseTimeout", "4s"}}, {}, {0}, {}, 1},
};
// clang-format on

#undef HOLD

/// Transports of client and server.
struct Ends
{
    const char* name;
    const char* client;
    const char* server;
};

constexpr Ends ENDS[] = {
    {"CompactEnds", "Compact", "Compact"},
    {"CompactClient", "Compact", "Socket"},
    {"CompactServer", "Socket", "Compact"},
};

void
PrintTo(const Ends& ends, std::ostream* os)
{
    *os << ends.name;
}

/// One packet that left a node.
struct SentPacket
{
    Time time;        // when
    std::string text; // what it says
};

/// @return all that a TCP segment or another datagram says, but for its checksums
std::string
Describe(Ptr<const Packet> packet)
{
    auto rest = packet->Copy();
    Ipv4Header ip;
    rest->RemoveHeader(ip);
    std::ostringstream text;
    text << ip.GetSource() << " > " << ip.GetDestination() << " ttl " << uint32_t{ip.GetTtl()}
         << " size " << packet->GetSize() << ' ';
    if (ip.GetProtocol() == 6)
    {
        TcpHeader tcp;
        rest->RemoveHeader(tcp);
        text << tcp.GetSourcePort() << " > " << tcp.GetDestinationPort() << ' '
             << TcpHeader::FlagsToString(tcp.GetFlags()) << " seq " << tcp.GetSequenceNumber()
             << " ack " << tcp.GetAckNumber() << " win " << tcp.GetWindowSize();
        for (const auto& option : tcp.GetOptionList())
        {
            text << ' ';
            option->Print(text);
        }
    }
    else if (ip.GetProtocol() == 17)
    {
        UdpHeader udp;
        rest->RemoveHeader(udp);
        text << udp.GetSourcePort() << " > " << udp.GetDestinationPort() << " udp";
    }
    text << " payload " << rest->GetSize() << ", bytes" << std::hex;
    std::vector<uint8_t> bytes(std::min<uint32_t>(packet->GetSize(), 88));
    packet->CopyData(bytes.data(), static_cast<uint32_t>(bytes.size()));
    for (const uint8_t byte : bytes)
    {
        text << ' ' << uint32_t{byte};
    }
    return text.str();
}

/// @return what one of the packets says
std::string
GetText(const std::vector<SentPacket>& packets, std::size_t i)
{
    return i < packets.size() ? packets[i].text : "nothing";
}

/// @return all packets, with times in seconds
std::string
Print(const std::vector<SentPacket>& packets)
{
    std::ostringstream text;
    text << " of";
    for (const auto& packet : packets)
    {
        text << '\n' << packet.time.GetSeconds() << ' ' << packet.text;
    }
    return text.str();
}

class TransportComparison : public ::testing::TestWithParam<std::tuple<Workload, Ends>>
{
  protected:
    /// @return the packets that both nodes send, in order
    std::vector<SentPacket> Run(const char* client, const char* server)
    {
        m_packets.clear();
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
        RngSeedManager::SetSeed(1);
        RngSeedManager::SetRun(1);
        NodeContainer nodes;
        nodes.Create(2);
        PointToPointHelper link;
        link.SetDeviceAttribute("DataRate", StringValue("10Gbps"));
        link.SetChannelAttribute("Delay", StringValue("10ms"));
        const auto devices = link.Install(nodes);
        InternetStackHelper().Install(nodes);
        Ipv4AddressHelper("192.0.2.0", "255.255.255.0").Assign(devices);
        const auto& workload = std::get<Workload>(GetParam());
        Lose(devices.Get(1), workload.lostToServer);
        Lose(devices.Get(0), workload.lostToClient);
        for (uint32_t i = 0; i < 2; ++i)
        {
            nodes.Get(i)->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
                "Tx",
                MakeCallback(&TransportComparison::OnSent, this));
        }

        const auto application = CreateObject<TrafficServer>();
        application->SetAttribute("Transport", StringValue(server));
        Set(application, workload.server);
        nodes.Get(1)->AddApplication(application);
        const auto generator = CreateObject<TrafficGenerator>();
        generator->SetAttribute("Transport", StringValue(client));
        Set(generator, workload.generator);
        generator->AddDestination(Ipv4Address("192.0.2.2"));
        generator->SetStopTime(Time(workload.stop));
        nodes.Get(0)->AddApplication(generator);
        Simulator::Stop(Seconds(600));
        Simulator::Run();
        Simulator::Destroy();
        return std::move(m_packets);
    }

    static void Set(Ptr<Object> object, const std::vector<Setting>& settings)
    {
        for (const auto& [name, value] : settings)
        {
            object->SetAttribute(name, StringValue(value));
        }
    }

    static void Lose(Ptr<NetDevice> device, const std::list<uint32_t>& packets)
    {
        const auto loss = CreateObject<ReceiveListErrorModel>();
        loss->SetList(packets);
        device->SetAttribute("ReceiveErrorModel", PointerValue(loss));
    }

    void OnSent(Ptr<const Packet> packet, Ptr<Ipv4> /* ipv4 */, uint32_t /* interface */)
    {
        m_packets.push_back({Simulator::Now(), Describe(packet)});
    }

    std::vector<SentPacket> m_packets;
};

TEST_P(TransportComparison, SendsTheSamePacketsAtTheSameTimes)
{
    const auto& [name, client, server] = std::get<Ends>(GetParam());
    const auto& workload = std::get<Workload>(GetParam());
    const auto expected = Run("Socket", "Socket");
    const auto found = Run(client, server);
    EXPECT_EQ(expected.size(), workload.packets) << Print(expected);

    const auto first =
        std::min(std::string(client) == "Compact" ? workload.difference.client : NONE,
                 std::string(server) == "Compact" ? workload.difference.server : NONE);
    const auto same = std::min(first, std::max(expected.size(), found.size()));
    for (std::size_t i = 0; i < same; ++i)
    {
        ASSERT_EQ(GetText(expected, i), GetText(found, i)) << "packet " << i << Print(expected);
        // A nanosecond for each Send(), see CompactTcpTable.
        ASSERT_NEAR(expected[i].time.GetSeconds(), found[i].time.GetSeconds(), 1e-6)
            << "packet " << i << Print(expected);
    }
    if (first != NONE)
    {
        EXPECT_NE(GetText(expected, first), GetText(found, first)) << "they agree by now";
    }
}

INSTANTIATE_TEST_SUITE_P(TrafficTransports,
                         TransportComparison,
                         ::testing::Combine(::testing::ValuesIn(WORKLOADS),
                                            ::testing::ValuesIn(ENDS)),
                         [](const auto& row) {
                             return std::string(std::get<Workload>(row.param).name) + "With" +
                                    std::get<Ends>(row.param).name;
                         });

} // namespace

} // namespace ns3::azure
