// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_COMPACT_TCP_TEXT_H
#define AZURE_COMPACT_TCP_TEXT_H

#include "ns3/azure-compact-tcp.h"
#include "ns3/azure-tcp-segment.h"

#include <sstream>
#include <stdexcept>
#include <string>

namespace ns3::azure
{

/**
 * @return a segment as tests write it: flags (S, F, R, P, A), sequence number, payload's size after
 * a plus, `a` and acknowledgement; "A 13+536 a101"
 */
inline std::string
ToText(const TcpSegment& segment)
{
    std::ostringstream text;
    text << (segment.syn ? "S" : "") << (segment.fin ? "F" : "") << (segment.rst ? "R" : "")
         << (segment.psh ? "P" : "") << (segment.ack ? "A" : "") << ' ' << segment.sequence;
    if (segment.payloadSize > 0)
    {
        text << '+' << segment.payloadSize;
    }
    if (segment.ack)
    {
        text << " a" << segment.acknowledgement;
    }
    return text.str();
}

/// @return the same with `w` and window, `t` and timestamps, `s` and window scale, `k` for SACK
inline std::string
ToLongText(const TcpSegment& segment)
{
    std::ostringstream text;
    text << ToText(segment) << " w" << segment.window;
    if (segment.timestamps)
    {
        text << " t" << segment.timestamps->value << '/' << segment.timestamps->echo;
    }
    if (segment.windowScale)
    {
        text << " s" << uint32_t{*segment.windowScale};
    }
    return text.str() + (segment.isSackPermitted ? " k" : "");
}

/// @return the segment that one of the above writes; its payload is left out
inline TcpSegment
ToSegment(const std::string& text)
{
    std::istringstream in(text);
    std::string flags;
    TcpSegment segment;
    segment.window = 65535;
    in >> flags >> segment.sequence;
    const auto has = [&flags](char flag) { return flags.find(flag) != std::string::npos; };
    segment.syn = has('S');
    segment.fin = has('F');
    segment.rst = has('R');
    segment.psh = has('P');
    segment.ack = has('A');
    if (in.peek() == '+')
    {
        in.get();
        in >> segment.payloadSize;
    }
    for (std::string field; in >> field;)
    {
        std::istringstream value(field.substr(1));
        uint32_t number = 0;
        value >> number;
        switch (field[0])
        {
        case 'a':
            segment.acknowledgement = number;
            break;
        case 'w':
            segment.window = static_cast<uint16_t>(number);
            break;
        case 't':
            segment.timestamps = TcpTimestamps{number, 0};
            value.get();
            value >> segment.timestamps->echo;
            break;
        case 's':
            segment.windowScale = static_cast<uint8_t>(number);
            break;
        case 'k':
            segment.isSackPermitted = true;
            break;
        default:
            throw std::invalid_argument(text);
        }
    }
    return segment;
}

/// @return why a connection is over
inline std::string
ToText(CompactTcpEnd end)
{
    constexpr const char* NAMES[] = {"closed", "refused", "reset", "unreachable", "timeout"};
    return NAMES[static_cast<uint8_t>(end)];
}

} // namespace ns3::azure

#endif // AZURE_COMPACT_TCP_TEXT_H
