// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-mux-world.h"

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

/**
 * @file
 * @brief How muxes learn and forget who owns which SNAT ports (Ananta 3.3.3, stateless entries).
 */
namespace ns3::azure
{

namespace
{

class MuxEndpoints : public MuxWorld
{
  protected:
    static constexpr uint32_t SNAT = 0xc6120009; //!< 198.18.0.9, nobody's before a test says so

    /// @return an endpoint of a host
    PublicEndpoint Make(uint16_t first, uint16_t last, uint32_t host) const
    {
        return {Ipv4Address(SNAT), {first, last}, m_hosts[host]->place.address.address};
    }

    /// Somebody tells the mux something, as the manager would.
    template <typename Body>
    void Tell(uint32_t transaction, const std::vector<PublicEndpoint>& endpoints)
    {
        m_hosts[0]->agent->Send({transaction, Body{endpoints}}, GetMuxAddress(0));
    }

    /// One mux, which heeds everybody.
    void BeginWithOpenMux()
    {
        Begin(1);
        m_muxes[0]->SetAttribute("ManagerAddress", Ipv4AddressValue(Ipv4Address::GetAny()));
        Start();
    }

    /// @return who gets what comes to the ports at that time: a host's index each, or "-"
    std::string GetOwnersAt(Time time, const std::vector<uint16_t>& ports)
    {
        m_arrivals.clear();
        At(time, [this, ports] {
            for (const auto port : ports)
            {
                Send(FlowKey{CLIENT, SNAT, 5000, port, IpProtocol::Udp});
            }
        });
        Run(time + MilliSeconds(50));
        std::string owners;
        for (const auto port : ports)
        {
            std::string owner = "-";
            for (const auto& arrival : m_arrivals)
            {
                if (arrival.GetKey().GetDestinationPort() == port)
                {
                    owner = std::to_string(arrival.host);
                }
            }
            owners += owner;
        }
        return owners;
    }

    using Program = ProgramPublicEndpoints;
    using Withdraw = WithdrawPublicEndpoints;
};

TEST_F(MuxEndpoints, C_1_EndpointIsKnownUntilItIsWithdrawn)
{
    BeginWithOpenMux();
    At(Seconds(1), [this] { Tell<Program>(1, {Make(1024, 1031, 1), Make(1032, 1039, 2)}); });
    EXPECT_EQ(GetOwnersAt(Seconds(2), {1023, 1024, 1031, 1032, 1039, 1040}), "-1122-");
    At(Seconds(3), [this] { Tell<Withdraw>(2, {Make(1024, 1031, 1)}); });
    EXPECT_EQ(GetOwnersAt(Seconds(4), {1024, 1031, 1032, 1039}), "--22");
    EXPECT_EQ(m_acknowledged, (std::vector<uint32_t>{1, 2}));
}

TEST_F(MuxEndpoints, C_1_PartOfAnEndpointIsWithdrawn)
{
    BeginWithOpenMux();
    At(Seconds(1), [this] { Tell<Program>(1, {Make(1024, 2047, 1), Make(2048, 2055, 1)}); });
    At(Seconds(2), [this] { Tell<Withdraw>(2, {Make(1536, 2051, 1)}); });
    EXPECT_EQ(GetOwnersAt(Seconds(3), {1024, 1535, 1536, 2047, 2048, 2051, 2052}), "11----1");
}

TEST_F(MuxEndpoints, C_1_WithdrawalIsOfTheOwnerNamedOnly)
{
    BeginWithOpenMux();
    At(Seconds(1), [this] { Tell<Program>(1, {Make(1024, 1031, 1), Make(1032, 1039, 2)}); });
    At(Seconds(2), [this] { Tell<Withdraw>(2, {Make(1024, 1047, 1)}); });
    EXPECT_EQ(GetOwnersAt(Seconds(3), {1024, 1032, 1040}), "-2-");
    EXPECT_EQ(m_acknowledged, (std::vector<uint32_t>{1, 2})) << "what is not there is withdrawn";
}

TEST_F(MuxEndpoints, C_1_LateCopyChangesNothing)
{
    BeginWithOpenMux();
    At(Seconds(1), [this] { Tell<Program>(1, {Make(1024, 1031, 1)}); });
    At(Seconds(2), [this] { Tell<Withdraw>(2, {Make(1024, 1031, 1)}); });
    At(Seconds(3), [this] { Tell<Program>(1, {Make(1024, 1031, 1)}); });
    EXPECT_EQ(GetOwnersAt(Seconds(4), {1024}), "-") << "withdrawn since";
    At(Seconds(5), [this] { Tell<Program>(3, {Make(1024, 1031, 1)}); });
    At(Seconds(6), [this] { Tell<Withdraw>(2, {Make(1024, 1031, 1)}); });
    EXPECT_EQ(GetOwnersAt(Seconds(7), {1024}), "1") << "given again since";
    EXPECT_EQ(m_acknowledged, (std::vector<uint32_t>{1, 2, 1, 3, 2})) << "copies too";
}

TEST_F(MuxEndpoints, C_1_PortsOfAnotherHostAreRefusedUntilTheyAreWithdrawn)
{
    BeginWithOpenMux();
    At(Seconds(1), [this] { Tell<Program>(1, {Make(1024, 1031, 1)}); });
    At(Seconds(2), [this] { Tell<Program>(2, {Make(1024, 1031, 2)}); });
    EXPECT_EQ(GetOwnersAt(Seconds(3), {1024}), "1");
    EXPECT_EQ(m_acknowledged, std::vector<uint32_t>{1}) << "the manager sends it again";
    At(Seconds(4), [this] { Tell<Withdraw>(3, {Make(1024, 1031, 1)}); });
    At(Seconds(5), [this] { Tell<Program>(2, {Make(1024, 1031, 2)}); });
    EXPECT_EQ(GetOwnersAt(Seconds(6), {1024}), "2");
    EXPECT_EQ(m_acknowledged, (std::vector<uint32_t>{1, 3, 2}));
}

TEST_F(MuxEndpoints, C_1_KnownPartsAreToldAgainInOtherPieces)
{
    BeginWithOpenMux();
    At(Seconds(1), [this] { Tell<Program>(1, {Make(1024, 1031, 1), Make(1040, 1047, 1)}); });
    At(Seconds(2), [this] { Tell<Program>(2, {Make(1024, 1055, 1)}); });
    EXPECT_EQ(GetOwnersAt(Seconds(3), {1024, 1031, 1032, 1039, 1040, 1055}), "111111");
    EXPECT_EQ(m_acknowledged, (std::vector<uint32_t>{1, 2}));
}

TEST_F(MuxEndpoints, C_1_MuxThatWasDownKnowsNoEndpoint)
{
    BeginWithOpenMux();
    At(Seconds(1), [this] { Tell<Program>(1, {Make(1024, 1031, 1)}); });
    At(Seconds(2), [this] {
        m_muxes[0]->Fail();
        EXPECT_FALSE(m_muxes[0]->Apply(Withdraw{{Make(1024, 1031, 1)}}));
    });
    EXPECT_EQ(GetOwnersAt(Seconds(3), {1024}), "-");
}

} // namespace

} // namespace ns3::azure
