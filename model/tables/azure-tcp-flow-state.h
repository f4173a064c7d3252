// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TCP_FLOW_STATE_H
#define AZURE_TCP_FLOW_STATE_H

#include "ns3/azure-profile.h"

#include <cstdint>

namespace ns3::azure
{

/// Where a tracked TCP flow stands, as seen from the middle of the path.
enum class TcpFlowState : uint8_t
{
    Opening,     //!< SYN seen; no reply yet
    Established, //!< packets have passed both ways
    FinForward,  //!< the side that opened the connection has sent FIN
    FinReply,    //!< the other side has sent FIN
    Closed,      //!< both have sent FIN
    Reset,       //!< either has sent RST
};

/// What a TCP segment says of its connection.
struct TcpFlags
{
    bool syn{false}; //!< SYN without ACK: the first segment of a connection
    bool fin{false}; //!< FIN
    bool rst{false}; //!< RST
};

/// What a TCP segment does to a tracked flow.
enum class TcpFlowEvent : uint8_t
{
    Syn,        //!< SYN without ACK from the side that opened the connection
    Forward,    //!< any other segment from that side without FIN or RST
    Reply,      //!< any segment from the other side without FIN or RST
    FinForward, //!< FIN from the side that opened the connection
    FinReply,   //!< FIN from the other side
    Rst,        //!< RST from either
};

/**
 * @brief Next state of a tracked flow.
 *
 * This table is the model.
 *
 * - Closed or Reset + Syn reopens: a client may reuse its port before the old flow has aged out.
 * - Opening + Rst resets: a refused connection must not hold a SNAT port for the idle timeout.
 * - What follows a RST or both FINs changes nothing: late segments are let through.
 */
constexpr TcpFlowState
NextState(TcpFlowState state, TcpFlowEvent event)
{
    using S = TcpFlowState;
    // clang-format off
    constexpr S NEXT[6][6] = {
        //                 Syn             Forward         Reply           FinForward     FinReply     Rst
        /* Opening     */ {S::Opening,     S::Opening,     S::Established, S::FinForward, S::FinReply, S::Reset},
        /* Established */ {S::Established, S::Established, S::Established, S::FinForward, S::FinReply, S::Reset},
        /* FinForward  */ {S::FinForward,  S::FinForward,  S::FinForward,  S::FinForward, S::Closed,   S::Reset},
        /* FinReply    */ {S::FinReply,    S::FinReply,    S::FinReply,    S::Closed,     S::FinReply, S::Reset},
        /* Closed      */ {S::Opening,     S::Closed,      S::Closed,      S::Closed,     S::Closed,   S::Closed},
        /* Reset       */ {S::Opening,     S::Reset,       S::Reset,       S::Reset,      S::Reset,    S::Reset},
    };
    // clang-format on
    return NEXT[static_cast<uint8_t>(state)][static_cast<uint8_t>(event)];
}

/// @return whether a port is held only for the FIN hold in this state
constexpr bool
IsClosedByFin(TcpFlowState state, FinHoldStart start)
{
    return state == TcpFlowState::Closed ||
           (start == FinHoldStart::EitherFin &&
            (state == TcpFlowState::FinForward || state == TcpFlowState::FinReply));
}

} // namespace ns3::azure

#endif // AZURE_TCP_FLOW_STATE_H
