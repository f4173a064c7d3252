// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-soak-packets.h"

#include "ns3/azure-slb-message.h"

#include <algorithm>
#include <array>

namespace ns3::azure
{

namespace
{

constexpr uint32_t SPOILINGS = static_cast<uint32_t>(SoakSpoiling::Repeated) + 1;
constexpr std::size_t HEADER = 20; // bytes of an IPv4 header without options

void
PutRandom(Bytes& datagram, SoakDice& dice, std::size_t at, std::size_t bytes)
{
    for (std::size_t i = at; i < std::min(at + bytes, datagram.size()); ++i)
    {
        datagram[i] = static_cast<uint8_t>(dice.Draw(0, 255));
    }
}

void
FlipBits(Bytes& datagram, SoakDice& dice)
{
    for (uint32_t flips = dice.Draw(1, 8); flips > 0; --flips)
    {
        const auto at = dice.Draw(0, std::min<uint32_t>(datagram.size(), 80) - 1);
        datagram[at] ^= static_cast<uint8_t>(1U << dice.Draw(0, 7));
    }
}

/// Where an address is often one that means something.
void
PutAddress(Bytes& datagram, SoakDice& dice, std::size_t at)
{
    constexpr std::array<uint32_t, 12> ADDRESSES{0x00000000,
                                                 0xffffffff,
                                                 0x7f000001,
                                                 0xe0000001,
                                                 0x0a000004,
                                                 0x0a000005,
                                                 0x0a800001,
                                                 0xc6120001,
                                                 0xc6121001,
                                                 0xc612fffe,
                                                 0xa83f8110,
                                                 0xa9fea9fe};
    const auto address = dice.Pick(ADDRESSES);
    for (std::size_t i = 0; i < 4; ++i)
    {
        datagram[at + i] = static_cast<uint8_t>(address >> (24 - 8 * i));
    }
}

} // namespace

void
MendHeaderChecksum(Bytes& datagram)
{
    const auto length = std::size_t{4} * (datagram[0] & 0xf);
    if (length < HEADER || length > datagram.size())
    {
        return;
    }
    datagram[10] = 0;
    datagram[11] = 0;
    uint32_t sum = 0;
    for (std::size_t i = 0; i < length; i += 2)
    {
        sum += uint32_t{datagram[i]} << 8 | datagram[i + 1];
    }
    sum = (sum >> 16) + (sum & 0xffff);
    sum = ~((sum >> 16) + sum);
    datagram[10] = static_cast<uint8_t>(sum >> 8);
    datagram[11] = static_cast<uint8_t>(sum);
}

SoakSpoiling
Spoil(Bytes& datagram, SoakDice& dice)
{
    const auto spoiling = static_cast<SoakSpoiling>(dice.Draw(0, SPOILINGS - 1));
    switch (spoiling)
    {
    case SoakSpoiling::BitFlips:
        FlipBits(datagram, dice);
        break;
    case SoakSpoiling::Truncated:
        datagram.resize(dice.Draw(1, datagram.size()));
        break;
    case SoakSpoiling::Extended:
        datagram.resize(datagram.size() + dice.Draw(1, 100), 0xee);
        break;
    case SoakSpoiling::Length:
        PutRandom(datagram, dice, 2, 2);
        break;
    case SoakSpoiling::HeaderLength:
        datagram[0] = static_cast<uint8_t>(dice.Draw(0, 255));
        break;
    case SoakSpoiling::Checksum:
        PutRandom(datagram, dice, 10, 2);
        return spoiling;
    case SoakSpoiling::Fragment:
        PutRandom(datagram, dice, 6, 2);
        break;
    case SoakSpoiling::TimeToLive:
        datagram[8] = static_cast<uint8_t>(dice.Draw(0, 2));
        break;
    case SoakSpoiling::Protocol:
        PutRandom(datagram, dice, 9, 1);
        break;
    case SoakSpoiling::Flags:
        PutRandom(datagram, dice, HEADER + 13, 1);
        break;
    case SoakSpoiling::Addresses:
        PutAddress(datagram, dice, dice.IsHit(0.5) ? 12 : 16);
        break;
    case SoakSpoiling::Ports:
        PutRandom(datagram, dice, HEADER + 2 * dice.Draw(0, 1), 2);
        break;
    case SoakSpoiling::Inner:
        PutRandom(datagram, dice, HEADER + dice.Draw(0, 60), dice.Draw(1, 4));
        break;
    case SoakSpoiling::Garbage:
        PutRandom(datagram, dice, HEADER, datagram.size());
        break;
    case SoakSpoiling::Repeated:
        return spoiling;
    }
    if (datagram.size() >= HEADER && dice.IsHit(0.8))
    {
        MendHeaderChecksum(datagram);
    }
    return spoiling;
}

Bytes
MakeDnsGarbage(SoakDice& dice)
{
    // A question for myip.opendns.com, type A, class IN.
    Bytes message{0, 1,   1,   0,   0,   1,   0,   0,   0, 0,   0,   0,   4, 'm', 'y', 'i', 'p',
                  7, 'o', 'p', 'e', 'n', 'd', 'n', 's', 3, 'c', 'o', 'm', 0, 0,   1,   0,   1};
    PutRandom(message, dice, 0, 2);
    switch (dice.Draw(0, 4))
    {
    case 0:
        break;
    case 1:
        FlipBits(message, dice);
        break;
    case 2:
        message.resize(dice.Draw(0, message.size()));
        break;
    case 3: // A name that points at itself.
        message[12] = 0xc0;
        message[13] = 12;
        break;
    default:
        PutRandom(message, dice, 2, message.size());
        break;
    }
    return message;
}

Bytes
MakeForgedMessage(SoakDice& dice, uint32_t networkInterfaces)
{
    const auto who = dice.Draw(1, networkInterfaces);
    SlbMessage message;
    message.transaction = dice.Draw(0, 1) == 0 ? dice.Draw(1, 200) : 0xfffffff0;
    switch (dice.Draw(0, 5))
    {
    case 0:
        message.body = ReportHealth{who, 1, 0xffffffff, dice.IsHit(0.5)};
        break;
    case 1:
        message.body = RequestProgram{};
        break;
    case 2:
        message.body = RequestSnatPorts{who, dice.Draw(1, 1000)};
        break;
    case 3:
        message.body = ReturnSnatPorts{who, {{Ipv4Address("198.18.0.1"), {1024, 1031}}}};
        break;
    case 4:
        message.body = ProgramFrontend{Ipv4Address("198.18.0.1"), true, 0xffffffff};
        break;
    default:
        break;
    }
    auto bytes = Encode(message);
    if (dice.IsHit(0.3))
    {
        FlipBits(bytes, dice);
    }
    return bytes;
}

Bytes
MakeUdp(const FlowKey& key, const Bytes& payload)
{
    DatagramTraits traits;
    traits.payload = static_cast<uint32_t>(payload.size());
    traits.hasUdpChecksum = false;
    auto datagram = MakeDatagram(key, traits);
    std::copy(payload.begin(), payload.end(), datagram.end() - payload.size());
    return datagram;
}

bool
HasEndlessOption(const Bytes& datagram)
{
    constexpr uint8_t TCP = 6;
    constexpr std::size_t TCP_HEADER = 20;
    constexpr uint8_t END = 0;
    constexpr uint8_t NO_OPERATION = 1;
    const std::size_t start = datagram.empty() ? 0 : 4 * (datagram[0] & 0x0fU);
    if (start < HEADER || datagram.size() < start + TCP_HEADER || datagram[9] != TCP)
    {
        return false;
    }
    const auto end = std::min(datagram.size(), start + 4 * (datagram[start + 12] >> 4));
    for (auto at = start + TCP_HEADER; at + 1 < end && datagram[at] != END;)
    {
        if (datagram[at] != NO_OPERATION && datagram[at + 1] == 0)
        {
            return true;
        }
        at += datagram[at] == NO_OPERATION ? 1 : datagram[at + 1];
    }
    return false;
}

} // namespace ns3::azure
