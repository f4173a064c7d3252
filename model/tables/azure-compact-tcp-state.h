// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_COMPACT_TCP_STATE_H
#define AZURE_COMPACT_TCP_STATE_H

#include <cstdint>

namespace ns3::azure
{

/// Where a compact connection stands: RFC 9293, 3.3.2, and two of our own.
enum class CompactTcpState : uint8_t
{
    Free,        //!< there is none
    Bound,       //!< has addresses and ports, and nothing has been sent
    SynSent,     //!< SYN sent; waits for SYN-ACK
    SynReceived, //!< SYN-ACK sent; waits for its ACK
    Established, //!< data may pass both ways
    FinWait1,    //!< FIN sent
    FinWait2,    //!< FIN sent and acknowledged
    CloseWait,   //!< FIN received
    Closing,     //!< FIN sent, then FIN received
    LastAck,     //!< FIN received, then FIN sent
    TimeWait,    //!< FIN sent and acknowledged, FIN received
};

/// What moves a connection on from Established.
enum class CompactTcpEvent : uint8_t
{
    FinSent,         //!< this side sends FIN
    FinAcknowledged, //!< and it has been acknowledged
    FinReceived,     //!< the other side's FIN has come, and all bytes before it
};

/**
 * @brief Next state of a connection that has been established (RFC 9293, figure 5).
 *
 * This table is the model.  Free is RFC 9293's CLOSED.  A FIN that is sent or received again
 * changes nothing.
 */
constexpr CompactTcpState
NextState(CompactTcpState state, CompactTcpEvent event)
{
    using S = CompactTcpState;
    // clang-format off
    constexpr S NEXT[11][3] = {
        //                 FinSent         FinAcknowledged FinReceived
        /* Free        */ {S::Free,        S::Free,        S::Free},
        /* Bound       */ {S::Bound,       S::Bound,       S::Bound},
        /* SynSent     */ {S::SynSent,     S::SynSent,     S::SynSent},
        /* SynReceived */ {S::SynReceived, S::SynReceived, S::SynReceived},
        /* Established */ {S::FinWait1,    S::Established, S::CloseWait},
        /* FinWait1    */ {S::FinWait1,    S::FinWait2,    S::Closing},
        /* FinWait2    */ {S::FinWait2,    S::FinWait2,    S::TimeWait},
        /* CloseWait   */ {S::LastAck,     S::CloseWait,   S::CloseWait},
        /* Closing     */ {S::Closing,     S::TimeWait,    S::Closing},
        /* LastAck     */ {S::LastAck,     S::Free,        S::LastAck},
        /* TimeWait    */ {S::TimeWait,    S::TimeWait,    S::TimeWait},
    };
    // clang-format on
    return NEXT[static_cast<uint8_t>(state)][static_cast<uint8_t>(event)];
}

/// @return whether the handshake is done and the user not yet told that it is over
constexpr bool
IsSynchronized(CompactTcpState state)
{
    return state >= CompactTcpState::Established && state != CompactTcpState::TimeWait;
}

/// @return whether FIN has been sent in this state
constexpr bool
HasSentFin(CompactTcpState state)
{
    using S = CompactTcpState;
    return state == S::FinWait1 || state == S::FinWait2 || state == S::Closing ||
           state == S::LastAck || state == S::TimeWait;
}

/// @return whether the other side may still send data in this state
constexpr bool
IsReceiving(CompactTcpState state)
{
    using S = CompactTcpState;
    return state == S::Established || state == S::FinWait1 || state == S::FinWait2;
}

} // namespace ns3::azure

#endif // AZURE_COMPACT_TCP_STATE_H
