// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-vnic-story.h"

#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

/**
 * @file
 * @brief Packets through a load balancer's frontends, at the host of the member.
 */
namespace ns3::azure
{

namespace
{

constexpr auto TCP = IpProtocol::Tcp;
constexpr auto UDP = IpProtocol::Udp;
constexpr auto ICMP = IpProtocol::Icmp;
constexpr auto INTERNET = FlowPath::Internet;
constexpr auto NETWORK_PATH = FlowPath::VirtualNetwork;
constexpr uint16_t CLIENT_PORT = 40000;

class VnicFrontend : public VnicStory
{
  protected:
    VnicFrontend()
    {
        WithNeighbors({VM, PEER, SERVICE});
    }

    /// A datagram with these TCP flags.
    static Bytes Make(const FlowKey& key, uint8_t tcpFlags = TCP_SYN)
    {
        DatagramTraits traits;
        traits.tcpFlags = tcpFlags;
        return MakeDatagram(key, traits);
    }

    static inline const Ipv4Address PUBLIC{"198.18.0.1"};   //!< a frontend, also used for SNAT
    static inline const Ipv4Address INTERNAL{"10.0.0.100"}; //!< a frontend
    static inline const Ipv4Address CLIENT{"198.19.0.1"};   //!< on the Internet: SERVER, too
    static inline const InboundEndpoint WEB{PUBLIC, {}, TransportProtocol::Tcp, 80, 8080, false};
    static inline const InboundEndpoint NAMES{PUBLIC, {}, TransportProtocol::Udp, 53, 5353, false};
    static inline const InboundEndpoint FLOATING{PUBLIC, {}, TransportProtocol::Tcp, 81, 81, true};
    static inline const InboundEndpoint INSIDE{INTERNAL,
                                               NETWORK,
                                               TransportProtocol::Tcp,
                                               80,
                                               8080,
                                               false};
};

/// One row: an endpoint, and what becomes of a packet to it.
struct EndpointCase
{
    const char* name;           // test name
    bool isInternal;            // whether the client is in the virtual network
    TransportProtocol protocol; // of the endpoint
    uint16_t frontendPort;      // of the endpoint
    uint16_t backendPort;       // of the endpoint
    bool isFloatingIp;          // of the endpoint
    IpProtocol sent;            // protocol of the packet
    uint16_t port;              // where the client sends to
    uint16_t delivered;         // port that the VM gets it at
};

// clang-format off
constexpr EndpointCase ENDPOINT_CASES[] = {
    // name                  internal  protocol                 ports       floating  sent  port  delivered
    {"Tcp",                  false,    TransportProtocol::Tcp,  80,  8080,  false,    TCP,  80,   8080},
    {"Udp",                  false,    TransportProtocol::Udp,  53,  5353,  false,    UDP,  53,   5353},
    {"SamePort",             false,    TransportProtocol::Tcp,  443, 443,   false,    TCP,  443,  443},
    {"Floating",             false,    TransportProtocol::Tcp,  80,  80,    true,     TCP,  80,   80},
    {"FloatingOtherPort",    false,    TransportProtocol::Udp,  80,  8080,  true,     UDP,  80,   8080},
    {"Internal",             true,     TransportProtocol::Tcp,  80,  8080,  false,    TCP,  80,   8080},
    {"InternalFloating",     true,     TransportProtocol::Udp,  53,  53,    true,     UDP,  53,   53},
    {"HaPortsTcp",           true,     TransportProtocol::All,  0,   0,     false,    TCP,  4321, 4321},
    {"HaPortsUdp",           true,     TransportProtocol::All,  0,   0,     false,    UDP,  53,   53},
    {"HaPortsFloating",      true,     TransportProtocol::All,  0,   0,     true,     TCP,  1,    1},
};
// clang-format on

/// The row and the VM's outbound method, which makes no difference.
using EndpointAndMethod = std::tuple<EndpointCase, OutboundMethod>;

class VnicFrontendEndpoint : public VnicFrontend,
                             public ::testing::WithParamInterface<EndpointAndMethod>
{
  protected:
    VnicFrontendEndpoint()
        : m_row(std::get<0>(GetParam())),
          m_frontend(m_row.isInternal ? INTERNAL : PUBLIC),
          m_client(m_row.isInternal ? PEER : CLIENT),
          m_vm(m_row.isFloatingIp ? m_frontend : VM)
    {
        const auto method = std::get<1>(GetParam());
        auto instruction =
            method == OutboundMethod::InstanceLevelPublicIp ? MakePublicIp() : MakeSnat("2017", 4);
        if (method == OutboundMethod::None)
        {
            instruction.method = method;
            instruction.blocks.clear();
        }
        Program(instruction);
        InboundEndpoint endpoint{m_frontend,
                                 {},
                                 m_row.protocol,
                                 m_row.frontendPort,
                                 m_row.backendPort,
                                 m_row.isFloatingIp};
        if (m_row.isInternal)
        {
            endpoint.virtualNetwork = NETWORK;
        }
        EXPECT_TRUE(WithEndpoints({endpoint}));
    }

    /// What the client sends.
    FlowKey FromClient() const
    {
        return {m_client, m_frontend, CLIENT_PORT, m_row.port, m_row.sent};
    }

    /// What the VM answers.
    FlowKey FromVm() const
    {
        return {m_vm, m_client, m_row.delivered, CLIENT_PORT, m_row.sent};
    }

    /// The packet passed to the client, as the frontend's.
    void ExpectAnswered()
    {
        m_row.isInternal ? ExpectCarriedTo(PEER, m_frontend, m_row.port)
                         : ExpectSentFrom(m_frontend, m_row.port);
    }

    const EndpointCase m_row;     //!< under test
    const Ipv4Address m_frontend; //!< where the client sends to
    const Ipv4Address m_client;   //!< who sends
    const Ipv4Address m_vm;       //!< what the VM is called there
};

TEST_P(VnicFrontendEndpoint, TranslatesBothWays)
{
    ReceiveFromMux(Make(FromClient())).ExpectDeliveredTo(m_vm, m_row.delivered);
    Send(Make(FromVm(), TCP_SYN | TCP_ACK));
    ExpectAnswered();
    ReceiveFromMux(Make(FromClient(), TCP_ACK)).ExpectDeliveredTo(m_vm, m_row.delivered);
    Send(Make(FromVm(), TCP_ACK));
    ExpectAnswered();
    ExpectFree();
    const auto flows = m_pipeline->GetOpenFlows();
    ASSERT_EQ(flows.size(), 1U);
    EXPECT_TRUE(flows[0].isInbound);
    EXPECT_EQ(flows[0].path, m_row.isInternal ? NETWORK_PATH : INTERNET);
    EXPECT_EQ(flows[0].key, FromVm());
    EXPECT_EQ(flows[0].translated, FromClient().Reverse());
    EXPECT_EQ(flows[0].outcome, FlowOutcome::Established);
    EXPECT_EQ(flows[0].packetsIn, 2U);
    EXPECT_EQ(flows[0].packetsOut, 2U);
}

TEST_P(VnicFrontendEndpoint, TranslatesIcmpErrorsBothWays)
{
    ReceiveFromMux(Make(FromClient())).ExpectDeliveredTo(m_vm, m_row.delivered);
    // The client has something against an answer, which it saw as the frontend's.
    const auto fromClient = Make(FromClient().Reverse(), TCP_ACK);
    ReceiveFromMux(MakeIcmpError(m_client, m_frontend, fromClient)).ExpectDeliveredTo(m_vm, 0);
    EXPECT_EQ(ReadFlowKey(GetQuotation(GetTranslatedPacket())), FromVm());
    // The VM has something against a packet, which it got at its own port.
    const auto about = Make(FromVm().Reverse());
    for (const auto& source : {VM, m_vm})
    {
        Send(MakeIcmpError(source, m_client, about));
        ExpectAnswered();
        EXPECT_EQ(ReadFlowKey(GetQuotation(GetTranslatedPacket())), FromClient());
    }
    EXPECT_EQ(m_pipeline->GetOpenFlows().at(0).packetsOut, 0U) << "errors do not count";
}

TEST_P(VnicFrontendEndpoint, WholeDatagramsOnly)
{
    DatagramTraits first;
    first.fragment = MORE_FRAGMENTS;
    first.tcpFlags = TCP_SYN;
    DatagramTraits later;
    later.fragment = 1;
    ReceiveFromMux(MakeDatagram(FromClient(), first)).ExpectDropped(DropReason::Fragment);
    ReceiveFromMux(Make(FromClient())).ExpectDeliveredTo(m_vm, m_row.delivered);
    ReceiveFromMux(MakeDatagram(FromClient(), first)).ExpectDropped(DropReason::Fragment);
    ReceiveFromMux(MakeDatagram(FromClient(), later)).ExpectDropped(DropReason::Fragment);
    first.tcpFlags = TCP_ACK;
    Send(MakeDatagram(FromVm(), first)).ExpectDropped(DropReason::Fragment);
    // An address that is a frontend's only may answer flows, and no flow is seen in the rest.
    Send(MakeDatagram(FromVm(), later))
        .ExpectDropped(m_row.isFloatingIp ? DropReason::ForeignSource : DropReason::Fragment);
    EXPECT_EQ(m_pipeline->GetOpenFlows().at(0).packetsIn, 1U);
}

INSTANTIATE_TEST_SUITE_P(VnicPipeline,
                         VnicFrontendEndpoint,
                         ::testing::Combine(::testing::ValuesIn(ENDPOINT_CASES),
                                            ::testing::Values(OutboundMethod::LoadBalancerFrontend,
                                                              OutboundMethod::InstanceLevelPublicIp,
                                                              OutboundMethod::None)),
                         [](const auto& row) {
                             const auto method = std::get<1>(row.param);
                             const bool isSnat = method == OutboundMethod::LoadBalancerFrontend;
                             return std::string(std::get<0>(row.param).name) +
                                    (isSnat ? "WithSnat"
                                            : (method == OutboundMethod::None ? "WithNone"
                                                                              : "WithPublicIp"));
                         });

/// One row: a first packet that is dropped.
struct RefusalCase
{
    const char* name;        // test name
    const char* source;      // address
    const char* destination; // address
    uint16_t port;           // of the destination
    IpProtocol protocol;     // what it carries
    uint8_t tcpFlags;        // of a TCP segment
    DropReason reason;       // why
};

// clang-format off
constexpr RefusalCase REFUSAL_CASES[] = {
    // name                   source         destination      port  protocol  flags              reason
    {"UnknownFrontend",       "198.19.0.1",  "198.18.0.9",    80,   TCP,      TCP_SYN,           DropReason::UnknownPublicAddress},
    {"UnknownPort",           "198.19.0.1",  "198.18.0.1",    82,   TCP,      TCP_SYN,           DropReason::UnownedSnatPort},
    {"PortOfAnotherProtocol", "198.19.0.1",  "198.18.0.1",    80,   UDP,      0,                 DropReason::UnownedSnatPort},
    {"BackendPort",           "198.19.0.1",  "198.18.0.1",    8080, TCP,      TCP_SYN,           DropReason::UnownedSnatPort},
    {"Ping",                  "198.19.0.1",  "198.18.0.1",    0,    ICMP,     0,                 DropReason::UnsupportedProtocol},
    {"AckOfNoFlow",           "198.19.0.1",  "198.18.0.1",    80,   TCP,      TCP_ACK,           DropReason::NoTrackedFlow},
    {"SynAckOfNoFlow",        "198.19.0.1",  "198.18.0.1",    80,   TCP,      TCP_SYN | TCP_ACK, DropReason::NoTrackedFlow},
    {"FinOfNoFlow",           "198.19.0.1",  "198.18.0.1",    80,   TCP,      TCP_FIN | TCP_ACK, DropReason::NoTrackedFlow},
    {"RstOfNoFlow",           "198.19.0.1",  "198.18.0.1",    80,   TCP,      TCP_RST,           DropReason::NoTrackedFlow},
    {"PublicFromPrivate",     "10.0.0.5",    "198.18.0.1",    80,   TCP,      TCP_SYN,           DropReason::ForeignSource},
    {"PublicFromTheVm",       "10.0.0.4",    "198.18.0.1",    80,   TCP,      TCP_SYN,           DropReason::ForeignSource},
    {"PublicFromAnEndpoint",  "198.51.100.7","198.18.0.1",    80,   TCP,      TCP_SYN,           DropReason::ForeignSource},
    {"PublicFromTheHost",     "168.63.129.16","198.18.0.1",   80,   TCP,      TCP_SYN,           DropReason::ForeignSource},
    {"InternalFromTheVm",     "10.0.0.4",    "10.0.0.100",    80,   TCP,      TCP_SYN,           DropReason::Hairpin},
    {"InternalFromNobody",    "10.0.0.66",   "10.0.0.100",    80,   TCP,      TCP_SYN,           DropReason::ForeignSource},
    {"InternalFromInternet",  "198.19.0.1",  "10.0.0.100",    80,   TCP,      TCP_SYN,           DropReason::ForeignSource},
    {"InternalAckOfNoFlow",   "10.0.0.5",    "10.0.0.100",    80,   TCP,      TCP_ACK,           DropReason::NoTrackedFlow},
};
// clang-format on

void
PrintTo(const RefusalCase& c, std::ostream* os)
{
    *os << c.source << " to " << c.destination << ':' << c.port;
}

class VnicFrontendRefusal : public VnicFrontend, public ::testing::WithParamInterface<RefusalCase>
{
};

TEST_P(VnicFrontendRefusal, DropsAndTracksNothing)
{
    const auto& c = GetParam();
    WithSnat("2017", 4);
    WithEndpoints({WEB, NAMES, INSIDE});
    ReceiveFromMux(
        Make({Ipv4Address(c.source), Ipv4Address(c.destination), CLIENT_PORT, c.port, c.protocol},
             c.tcpFlags))
        .ExpectDropped(c.reason);
    EXPECT_TRUE(m_created.empty());
}

INSTANTIATE_TEST_SUITE_P(VnicPipeline,
                         VnicFrontendRefusal,
                         ::testing::ValuesIn(REFUSAL_CASES),
                         [](const auto& row) { return row.param.name; });

/// Stories of a VM with SNAT by the frontend that it also serves.
class VnicFrontendFlow : public VnicFrontend
{
  protected:
    VnicFrontendFlow()
    {
        EXPECT_TRUE(WithEndpoints({WEB, NAMES, FLOATING, INSIDE}));
    }

    /// A segment from the client to the web port.
    VnicStory& FromClient(uint8_t tcpFlags, uint16_t port = CLIENT_PORT)
    {
        return ReceiveFromMux(Make({CLIENT, PUBLIC, port, 80, TCP}, tcpFlags));
    }

    /// A segment from the VM's web port to the client.
    VnicStory& ToClient(uint8_t tcpFlags, uint16_t port = CLIENT_PORT)
    {
        return Send(Make({VM, CLIENT, 8080, port, TCP}, tcpFlags));
    }
};

TEST_F(VnicFrontendFlow, NothingPassesBeforeTheInterfaceIsProgrammed)
{
    FromClient(TCP_SYN).ExpectDropped(DropReason::NotProgrammed);
    WithSnat("2017", 4);
    FromClient(TCP_SYN).ExpectDeliveredTo(VM, 8080);
}

TEST_F(VnicFrontendFlow, OnlyMuxesSend)
{
    WithSnat("2017", 4);
    const auto syn = Make({CLIENT, PUBLIC, CLIENT_PORT, 80, TCP});
    const Ipv4Address another("10.128.255.2");
    ReceiveFromMux(syn, another).ExpectDropped(DropReason::ForeignSource);
    ReceiveFromMux(syn).ExpectDeliveredTo(VM, 8080);
    ReceiveFromMux(syn, another).ExpectDropped(DropReason::ForeignSource);
    EXPECT_TRUE(m_pipeline->AddInboundEndpoints({1, {another}, {}}));
    ReceiveFromMux(syn, another).ExpectDeliveredTo(VM, 8080); // after the death of the first
    ReceiveFromMux(syn).ExpectDeliveredTo(VM, 8080);
}

TEST_F(VnicFrontendFlow, EndpointsAreAddedOnce)
{
    WithSnat("2017", 4);
    EXPECT_TRUE(WithEndpoints({WEB, INSIDE})) << "as when an acknowledgement was lost";
    auto changed = WEB;
    changed.backendPort = 8081;
    const InboundEndpoint fresh{PUBLIC, {}, TransportProtocol::Tcp, 443, 443, false};
    EXPECT_FALSE(WithEndpoints({fresh, changed}));
    ReceiveFromMux(Make({CLIENT, PUBLIC, CLIENT_PORT, 443, TCP}))
        .ExpectDropped(DropReason::UnownedSnatPort);
    FromClient(TCP_SYN).ExpectDeliveredTo(VM, 8080);
    EXPECT_TRUE(WithEndpoints({fresh}));
    ReceiveFromMux(Make({CLIENT, PUBLIC, CLIENT_PORT, 443, TCP})).ExpectDeliveredTo(VM, 443);
}

TEST_F(VnicFrontendFlow, AnEndpointOfItsOwnGoesBeforeHaPorts)
{
    WithSnat("2017", 4);
    EXPECT_TRUE(WithEndpoints({{INTERNAL, NETWORK, TransportProtocol::All, 0, 0, false}}));
    ReceiveFromMux(Make({PEER, INTERNAL, CLIENT_PORT, 80, TCP})).ExpectDeliveredTo(VM, 8080);
    ReceiveFromMux(Make({PEER, INTERNAL, CLIENT_PORT, 81, TCP})).ExpectDeliveredTo(VM, 81);
    ReceiveFromMux(Make({PEER, INTERNAL, CLIENT_PORT, 80, UDP})).ExpectDeliveredTo(VM, 80);
}

TEST_F(VnicFrontendFlow, TimeToLiveRunsOut)
{
    WithSnat("2017", 4);
    DatagramTraits last;
    last.tcpFlags = TCP_SYN;
    last.ttl = 1;
    ReceiveFromMux(MakeDatagram({CLIENT, PUBLIC, CLIENT_PORT, 80, TCP}, last))
        .ExpectDropped(DropReason::TtlExpired);
    ReceiveFromMux(Make({CLIENT, PUBLIC, CLIENT_PORT, 81, TCP})).ExpectDeliveredTo(PUBLIC, 81);
    last.tcpFlags = TCP_ACK;
    Send(MakeDatagram({PUBLIC, CLIENT, 81, CLIENT_PORT, TCP}, last))
        .ExpectDropped(DropReason::TtlExpired);
}

TEST_F(VnicFrontendFlow, MiddleOfAConnectionThatIsForgottenIsDropped)
{
    WithSnat("2017", 4);
    At("0s");
    FromClient(TCP_SYN).ExpectDeliveredTo(VM, 8080);
    At("239s");
    FromClient(TCP_ACK).ExpectDeliveredTo(VM, 8080);
    // 239 s + 240 s, the flow record timeout (sources.rst B.9)
    At("479s");
    FromClient(TCP_ACK).ExpectDropped(DropReason::NoTrackedFlow);
    ASSERT_EQ(m_ended.size(), 1U);
    EXPECT_EQ(m_ended[0].end, FlowEnd::Idle);
    FromClient(TCP_SYN).ExpectDeliveredTo(VM, 8080);
}

TEST_F(VnicFrontendFlow, ClientComesAgainWithItsPort)
{
    WithSnat("2017", 4);
    FromClient(TCP_SYN).ExpectDeliveredTo(VM, 8080);
    ToClient(TCP_SYN | TCP_ACK).ExpectSentFrom(PUBLIC, 80);
    FromClient(TCP_RST).ExpectDeliveredTo(VM, 8080);
    FromClient(TCP_SYN).ExpectDeliveredTo(VM, 8080);
    ToClient(TCP_SYN | TCP_ACK).ExpectSentFrom(PUBLIC, 80);
    ASSERT_EQ(m_ended.size(), 1U);
    EXPECT_EQ(m_ended[0].end, FlowEnd::Reopened);
    ExpectFree();
}

TEST_F(VnicFrontendFlow, VmsConnectionAgainstAClosedOneIsItsOwn)
{
    WithSnat("2017", 4);
    FromClient(TCP_SYN).ExpectDeliveredTo(VM, 8080);
    ToClient(TCP_SYN).ExpectSentFrom(PUBLIC, 80); // not closed: it passes as an answer
    FromClient(TCP_RST).ExpectDeliveredTo(VM, 8080);
    ToClient(TCP_SYN).ExpectPort(1024); // by SNAT
    ASSERT_EQ(m_created.size(), 2U);
    EXPECT_FALSE(m_created[1].isInbound);
    FromClient(TCP_ACK).ExpectDropped(DropReason::NoTrackedFlow);
    FromClient(TCP_SYN).ExpectDropped(DropReason::NoTrackedFlow);
}

TEST_F(VnicFrontendFlow, DirectAndThroughTheFrontendAreOneKeyToTheVm)
{
    WithPublicIp();
    const auto direct = [this](uint16_t port) -> VnicStory& {
        return Receive(Make({CLIENT, OWN, port, 8080, TCP}));
    };
    direct(1).ExpectDelivered(8080);
    FromClient(TCP_SYN, 1).ExpectDropped(DropReason::NoTrackedFlow);
    FromClient(TCP_SYN, 2).ExpectDeliveredTo(VM, 8080);
    direct(2).ExpectDropped(DropReason::NoTrackedFlow);
    ToClient(TCP_SYN | TCP_ACK, 1).ExpectOwnAddress();
    ToClient(TCP_SYN | TCP_ACK, 2).ExpectSentFrom(PUBLIC, 80);
}

TEST_F(VnicFrontendFlow, PacketsComeTheWayOfTheirFlow)
{
    WithSnat("2017", 4);
    FromClient(TCP_SYN).ExpectDeliveredTo(VM, 8080);
    Receive(Make({CLIENT, PUBLIC, CLIENT_PORT, 80, TCP}, TCP_ACK))
        .ExpectDropped(DropReason::NoTrackedFlow);
    const auto error =
        MakeIcmpError(CLIENT, PUBLIC, Make({PUBLIC, CLIENT, 80, CLIENT_PORT, TCP}, TCP_ACK));
    Receive(error).ExpectDropped(DropReason::NoTrackedFlow);
    ReceiveFromMux(error).ExpectDeliveredTo(VM, 0);

    Syn(5000).ExpectPort(1024);
    const auto answer = GetTranslated(5000).Reverse();
    ReceiveFromMux(Make(answer, TCP_SYN | TCP_ACK)).ExpectDropped(DropReason::NoTrackedFlow);
    const auto about = MakeIcmpError(CLIENT, PUBLIC, Make(GetTranslated(5000)));
    ReceiveFromMux(about).ExpectDropped(DropReason::NoTrackedFlow);
    Receive(about).ExpectDelivered(5000);
    Receive(Make(answer, TCP_SYN | TCP_ACK)).ExpectDelivered(5000);
}

TEST_F(VnicFrontendFlow, SnatPassesByAPortThatAClientTalksTo)
{
    EXPECT_TRUE(WithEndpoints({{PUBLIC, {}, TransportProtocol::Tcp, 1024, 22, false}}));
    WithSnat("2017", 1);
    ReceiveFromMux(Make({CLIENT, PUBLIC, 80, 1024, TCP})).ExpectDeliveredTo(VM, 22);
    Syn(5000, CLIENT, 80).ExpectRefused(); // its answer would be that client's packet
    ExpectFree();
    Syn(5001, CLIENT, 81).ExpectPort(1024);
    Send(Make({VM, CLIENT, 22, 80, TCP}, TCP_ACK)).ExpectSentFrom(PUBLIC, 1024);
}

TEST_F(VnicFrontendFlow, VmMayMeetItselfByItsPublicFrontend)
{
    // The VM's connection to its own frontend leaves by SNAT, and the mux chooses the VM.
    WithSnat("2017", 4);
    Syn(5000, PUBLIC, 80).ExpectPort(1024);
    const auto sent = GetTranslated(5000);
    EXPECT_EQ(sent, FlowKey(PUBLIC, PUBLIC, 1024, 80, TCP));
    ReceiveFromMux(Make(sent)).ExpectDeliveredTo(VM, 8080);
    Send(Make({VM, PUBLIC, 8080, 1024, TCP}, TCP_SYN | TCP_ACK)).ExpectSentFrom(PUBLIC, 80);
    Receive(Make(sent.Reverse(), TCP_SYN | TCP_ACK)).ExpectDelivered(5000);
    Send(TCP_ACK, 5000, PUBLIC, 80).ExpectPort(1024);
    ReceiveFromMux(Make(sent, TCP_ACK)).ExpectDeliveredTo(VM, 8080);
    EXPECT_EQ(m_created.size(), 2U);
}

TEST_F(VnicFrontendFlow, FrontendsAddressIsForAnswersOnly)
{
    WithSnat("2017", 4);
    const FlowKey answer(PUBLIC, CLIENT, 81, CLIENT_PORT, TCP);
    const auto fromClient = [&](uint8_t flags) -> VnicStory& {
        return ReceiveFromMux(Make({CLIENT, PUBLIC, CLIENT_PORT, 81, TCP}, flags));
    };
    // Outbound, the application must use the private address (sources.rst B.8: FI-2404).
    Send(Make(answer, TCP_SYN)).ExpectDropped(DropReason::ForeignSource);
    At("0s");
    fromClient(TCP_SYN).ExpectDeliveredTo(PUBLIC, 81);
    Send(Make(answer, TCP_SYN | TCP_ACK)).ExpectSentFrom(PUBLIC, 81);
    Send(Make({PUBLIC, CLIENT, 82, CLIENT_PORT, TCP}, TCP_ACK))
        .ExpectDropped(DropReason::ForeignSource);
    Send(Make({PUBLIC, ANOTHER, 81, CLIENT_PORT, TCP}, TCP_ACK))
        .ExpectDropped(DropReason::ForeignSource);
    Send(Make({PUBLIC, ANOTHER, 1, 2, UDP})).ExpectDropped(DropReason::ForeignSource);
    // The VM's other address is not what the client knows.
    Send(Make({VM, CLIENT, 81, CLIENT_PORT, TCP}, TCP_ACK))
        .ExpectDropped(DropReason::NoTrackedFlow);
    fromClient(TCP_RST).ExpectDeliveredTo(PUBLIC, 81);
    Send(Make(answer, TCP_SYN)).ExpectDropped(DropReason::ForeignSource);
    EXPECT_EQ(m_created.size(), 1U);
    At("240s").Send(Make(answer, TCP_ACK)).ExpectDropped(DropReason::ForeignSource);
    ExpectFree();
}

TEST_F(VnicFrontendFlow, AnswersOfAnInternalFrontendFollowTheClientsRoute)
{
    WithSnat("2017", 4);
    ReceiveFromMux(Make({PEER, INTERNAL, CLIENT_PORT, 80, TCP})).ExpectDeliveredTo(VM, 8080);
    Send(Make({VM, PEER, 8080, CLIENT_PORT, TCP}, TCP_ACK)).ExpectCarriedTo(PEER, INTERNAL, 80);
    WithNeighbors({VM}); // the client has gone
    Send(Make({VM, PEER, 8080, CLIENT_PORT, TCP}, TCP_ACK))
        .ExpectDropped(DropReason::NoVirtualNetworkRoute);
}

TEST_F(VnicFrontendFlow, UdpBeginsAnew)
{
    WithSnat("2017", 4);
    const auto query = Make({CLIENT, PUBLIC, CLIENT_PORT, 53, UDP});
    At("0s").ReceiveFromMux(query).ExpectDeliveredTo(VM, 5353);
    At("240s").ReceiveFromMux(query).ExpectDeliveredTo(VM, 5353);
    EXPECT_EQ(m_created.size(), 2U);
    EXPECT_EQ(m_ended.size(), 1U);
}

} // namespace

} // namespace ns3::azure
