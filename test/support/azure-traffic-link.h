// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRAFFIC_LINK_H
#define AZURE_TRAFFIC_LINK_H

#include "ns3/azure-traffic-generator.h"
#include "ns3/azure-traffic-server.h"
#include "ns3/azure-traffic-spec.h"
#include "ns3/error-model.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/net-device-container.h"
#include "ns3/node-container.h"

#include <gtest/gtest.h>
#include <string>
#include <tuple>
#include <vector>

namespace ns3::azure
{

/**
 * @brief A client node and a server node, 10 ms and 10 Gbps apart, with nothing between them, and
 * all that happens on them.
 *
 * A packet of 1,500 bytes takes 1.2 us to send, so that a handshake takes 20 ms and less than
 * 10 us more: expected times have a tolerance of 0.1 ms a round trip.
 */
class TrafficLink : public ::testing::Test
{
  protected:
    /// One FlowFailed.
    struct Failed
    {
        TrafficFlow flow;       //!< the attempt
        TrafficFailure failure; //!< why
        bool isRetried;         //!< whether another follows
    };

    /// One FlowClosed.
    struct Closed
    {
        TrafficFlow flow; //!< the attempt
        TrafficEnd end;   //!< why
    };

    /// One IPv4 datagram that left the client or arrived at it.
    struct Datagram
    {
        Time time;              //!< when
        bool isSent;            //!< left the client
        uint8_t flags{0};       //!< of TCP
        uint32_t payload{0};    //!< bytes carried by TCP or UDP
        uint16_t clientPort{0}; //!< the client's port
    };

    static constexpr double TOLERANCE = 1e-4; //!< seconds

    void SetUp() override;
    void TearDown() override;

    /// Set an attribute of the generator by its text.
    void Set(const std::string& name, const std::string& value);

    /// Let the client lose all that comes to it.
    void Cut();

    /// Let the client hear again.
    void Mend();

    /// Run until nothing is left to do, or until then.
    void Run(std::optional<Time> stop = std::nullopt);

    /// @return number of datagrams sent by the client that have all of these TCP flags
    std::size_t CountSent(uint8_t flags) const;

    /// @return number of datagrams received by the client that have all of these TCP flags
    std::size_t CountReceived(uint8_t flags) const;

    NodeContainer m_nodes;             //!< client, server
    NetDeviceContainer m_devices;      //!< of client, of server
    Ptr<TrafficGenerator> m_generator; //!< on the client, to 192.0.2.2
    Ptr<TrafficServer> m_server;       //!< on the server
    Ptr<RateErrorModel> m_loss;        //!< of what comes to the client

    std::vector<TrafficFlow> m_started;     //!< FlowStarted
    std::vector<TrafficFlow> m_established; //!< FlowEstablished
    std::vector<Failed> m_failed;           //!< FlowFailed
    std::vector<Closed> m_closed;           //!< FlowClosed
    std::vector<FlowKey> m_accepted;        //!< the server's Accepted
    std::vector<TrafficRequest> m_requests; //!< the server's Request
    std::vector<Datagram> m_datagrams;      //!< the client's, in both directions

  private:
    void OnStarted(const TrafficFlow& flow);
    void OnEstablished(const TrafficFlow& flow);
    void OnFailed(const TrafficFlow& flow, TrafficFailure failure, bool isRetried);
    void OnClosed(const TrafficFlow& flow, TrafficEnd end);
    void OnAccepted(const FlowKey& key);
    void OnRequest(const TrafficRequest& request);
    void OnSent(Ptr<const Packet> packet, Ptr<Ipv4> ipv4, uint32_t interface);
    void OnReceived(Ptr<const Packet> packet, Ptr<Ipv4> ipv4, uint32_t interface);

    /// Take note of a datagram.
    void Record(Ptr<const Packet> packet, bool isSent);
};

/// @return the name of a transport in tests, which is the attribute's too
std::string ToText(TrafficTransport transport);

/**
 * @brief Rows, each over both transports of the client; the server is a socket's.
 * @tparam Story based on TrafficLink
 * @tparam Row one of them
 */
template <typename Story, typename Row>
class RowsOverBothTransports
    : public Story,
      public ::testing::WithParamInterface<std::tuple<TrafficTransport, Row>>
{
  protected:
    void SetUp() override
    {
        Story::SetUp();
        this->Set("Transport", ToText(GetTransport()));
    }

    /// @return what the client uses
    TrafficTransport GetTransport() const
    {
        return std::get<0>(this->GetParam());
    }

    /// @return the row
    const Row& GetRow() const
    {
        return std::get<1>(this->GetParam());
    }
};

/// No rows, but both transports of the client.
template <typename Story>
class OverBothTransports : public Story, public ::testing::WithParamInterface<TrafficTransport>
{
  protected:
    void SetUp() override
    {
        Story::SetUp();
        this->Set("Transport", ToText(this->GetParam()));
    }

    /// @return whether the client uses the compact transport
    bool IsCompact() const
    {
        return this->GetParam() == TrafficTransport::Compact;
    }
};

/// Both.
inline const auto BOTH_TRANSPORTS =
    ::testing::Values(TrafficTransport::Socket, TrafficTransport::Compact);

/// The test's name of a row of RowsOverBothTransports, by the row's name.
constexpr auto NAME_OF_ROW = [](const auto& row) {
    return std::get<1>(row.param).name + ToText(std::get<0>(row.param));
};

/// The test's name of OverBothTransports.
constexpr auto NAME_OF_TRANSPORT = [](const auto& row) { return ToText(row.param); };

} // namespace ns3::azure

#endif // AZURE_TRAFFIC_LINK_H
