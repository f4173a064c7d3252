// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-input-mutator.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace ns3::azure
{

namespace
{

using std::string_view_literals::operator""sv;

/// Numbers at the edges of what is allowed somewhere.
constexpr std::array NUMBERS{"0",
                             "1",
                             "-1",
                             "00",
                             "007",
                             "16",
                             "31",
                             "32",
                             "33",
                             "80",
                             "99",
                             "100",
                             "255",
                             "256",
                             "4096",
                             "4097",
                             "65500",
                             "65535",
                             "65536",
                             "1e3",
                             "1.5",
                             "+1",
                             " 1",
                             "2147483648",
                             "0x10",
                             "99999",
                             "4294967295",
                             "4294967296",
                             "18446744073709551616"};

/// What means something to one of the parsers.
constexpr std::array WORDS{
    "*"sv,
    "/"sv,
    "-"sv,
    ","sv,
    "|"sv,
    "."sv,
    ":"sv,
    "\""sv,
    "\\"sv,
    "'"sv,
    "{"sv,
    "}"sv,
    "["sv,
    "]"sv,
    " "sv,
    "\n"sv,
    "\t"sv,
    "\0"sv,
    "\xff"sv,
    "\xc3\xa9"sv,
    "\xef\xbb\xbf"sv,
    "\xed\xa0\x80"sv,
    "\\u0000"sv,
    "\\ud800"sv,
    "\\udc00"sv,
    "null"sv,
    "true"sv,
    "Tcp"sv,
    "Udp"sv,
    "Icmp"sv,
    "Any"sv,
    "Allow"sv,
    "Deny"sv,
    "Inbound"sv,
    "Outbound"sv,
    "Internet"sv,
    "VirtualNetwork"sv,
    ".EastUS"sv,
    "Storage"sv,
    "AzureLoadBalancer"sv,
    "10.0.0.0/8"sv,
    "0.0.0.0/0"sv,
    "255.255.255.255"sv,
    "priority"sv,
    "properties"sv,
    "securityRules"sv,
    "defaultSecurityRules"sv,
    "sourcePortRanges"sv,
    "destinationAddressPrefix"sv,
};

bool
IsDigit(char c)
{
    return '0' <= c && c <= '9';
}

} // namespace

InputMutator::InputMutator(uint64_t seed)
    : m_generator(seed)
{
}

std::size_t
InputMutator::Draw(std::size_t bound)
{
    return m_generator() % bound;
}

std::string
InputMutator::Mutate(std::string input, const std::string& other)
{
    for (std::size_t changes = 1 + Draw(4); changes > 0; --changes)
    {
        Change(input, other);
    }
    return input.size() > MAX_INPUT ? input.substr(0, MAX_INPUT) : input;
}

void
InputMutator::ChangeNumber(std::string& input)
{
    const auto start = input.begin() + static_cast<std::ptrdiff_t>(Draw(input.size() + 1));
    const auto first = std::find_if(start, input.end(), IsDigit);
    const auto last = std::find_if_not(first, input.end(), IsDigit);
    input.replace(first, last, NUMBERS[Draw(NUMBERS.size())]);
}

void
InputMutator::Change(std::string& input, const std::string& other)
{
    const std::size_t place = Draw(input.size() + 1);
    const std::size_t length = 1 + Draw(Draw(4) == 0 ? 64 : 4);
    const auto byte = static_cast<char>(Draw(256));
    switch (Draw(9))
    {
    case 0: // flip a bit
        if (place < input.size())
        {
            input[place] = static_cast<char>(input[place] ^ (1 << Draw(8)));
        }
        return;
    case 1: // another byte
        if (place < input.size())
        {
            input[place] = byte;
        }
        return;
    case 2: // one byte more
        input.insert(place, 1, byte);
        return;
    case 3: // some bytes less
        input.erase(place, length);
        return;
    case 4: // some bytes twice
        input.insert(place, input.substr(place, length));
        return;
    case 5: // some bytes of another input
        input.insert(place, other.substr(Draw(other.size() + 1), length));
        return;
    case 6: // the rest of another input
        input = input.substr(0, place) + other.substr(Draw(other.size() + 1));
        return;
    case 7:
        ChangeNumber(input);
        return;
    default:
        input.insert(place, WORDS[Draw(WORDS.size())]);
        return;
    }
}

} // namespace ns3::azure
