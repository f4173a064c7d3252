// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

/**
 * @file
 * @brief What it costs to find a SNAT port, by how many are taken and how one is chosen.
 *
 * An allocator has the 64,512 ports of one frontend; 0, 50, 99 and 100 % of them are taken by flows
 * to one destination, those that are free are spread at random.  A flow to the same destination
 * asks for a port and gives it back, again and again; each is another one.  With 100 % it is
 * refused.
 *
 * Values are for asking and giving back, medians of all repetitions, in which all rows are measured
 * one after the other; the ratio is to the lowest port of an empty frontend.  BoundedRandom draws
 * 128 ports at most, of which at 99 % three in four times one is free.
 */

#include "azure-benchmark-measure.h"
#include "azure-benchmark-report.h"

#include "ns3/azure-option-list.h"
#include "ns3/azure-profile.h"
#include "ns3/azure-snat-port-allocator.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr uint16_t FIRST_PORT = 1024; //!< of the frontend
constexpr uint32_t PORTS = 64512;     //!< of the frontend
constexpr uint32_t PORT_SEARCH = 128; //!< ports that BoundedRandom draws
const Ipv4Address OWNER("10.0.0.4");  //!< has the flows that take ports
const Ipv4Address VM("10.0.0.5");     //!< has those that are measured
const Ipv4Address SERVER("203.0.113.1");
const Ipv4Address FRONTEND("198.51.100.1");

/// @return a flow to the destination
FlowKey
MakeFlow(Ipv4Address source, uint32_t port)
{
    return {source, SERVER, static_cast<uint16_t>(port % 65536), uint16_t{443}, IpProtocol::Tcp};
}

/// An allocator of which a share is taken.
class AllocatorBench
{
  public:
    /// @param choice setting PortChoice; @param percent of the ports that are taken
    AllocatorBench(const std::string& choice, uint32_t percent)
        : m_choice(choice),
          m_percent(percent),
          m_allocator(MakeProfile(choice), [this](uint32_t n) { return m_random() % n; })
    {
        m_allocator.AddPorts({FRONTEND, {FIRST_PORT, 65535}}, false, Time());
        std::vector<std::pair<FlowKey, SnatPortLease>> leases;
        for (uint32_t i = 0; leases.size() < PORTS && percent > 0; ++i)
        {
            const auto flow = MakeFlow(OWNER, FIRST_PORT + static_cast<uint32_t>(leases.size()));
            if (const auto lease = m_allocator.Acquire(flow)) // BoundedRandom has to ask again
            {
                leases.emplace_back(flow, *lease);
            }
        }
        std::shuffle(leases.begin(), leases.end(), m_random);
        const std::size_t kept = std::size_t{PORTS} * percent / 100;
        for (std::size_t i = kept; i < leases.size(); ++i)
        {
            m_allocator.Release(leases[i].first, leases[i].second, Time());
        }
    }

    AllocatorBench(const AllocatorBench&) = delete; // the allocator refers to it
    AllocatorBench& operator=(const AllocatorBench&) = delete;

    /// Let flows come and go.
    void Measure(uint32_t flows, clockid_t clock)
    {
        const double time = MeasureTime(clock, [&] {
            for (uint32_t i = 0; i < flows; ++i)
            {
                const auto flow = MakeFlow(VM, m_next++);
                if (const auto lease = m_allocator.Acquire(flow))
                {
                    m_allocator.Release(flow, *lease, Time());
                }
            }
        });
        m_times.push_back(time / flows);
    }

    /// @return nanoseconds for each flow
    double GetTime() const
    {
        return GetMedian(m_times);
    }

    void Report(BenchmarkReport& report, double lowest) const
    {
        report.AddRow({m_choice,
                       {{"taken_percent", std::to_string(m_percent)}},
                       GetTime(),
                       "ns/flow",
                       GetTime() / lowest});
    }

  private:
    static Profile MakeProfile(const std::string& choice)
    {
        auto profile = *FindProfile("2017");
        profile.Set("PortChoice", choice);
        profile.portSearchTries = PORT_SEARCH;
        return profile;
    }

    std::string m_choice;          //!< setting PortChoice
    uint32_t m_percent;            //!< of the ports that are taken
    std::mt19937 m_random{1};      //!< the same on every machine
    SnatPortAllocator m_allocator; //!< what is measured
    uint32_t m_next{0};            //!< source port of the next flow
    std::vector<double> m_times;   //!< nanoseconds for each flow, by repetition
};

} // namespace

int
main(int argc, char* argv[])
{
    BenchmarkOptions options;
    uint32_t flows = 0;
    OptionList list(__FILE__, "Measures what it costs to find a SNAT port.");
    options.AddTo(list, {31, 5});
    options.AddUnsigned(list,
                        "flows",
                        "flows in each repetition",
                        {20'000, 2000},
                        {1, 10'000'000},
                        flows);
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    PinToOneCore();
    BenchmarkReport report("allocator-cost",
                           options,
                           std::to_string(options.repetitions) + " repetitions of " +
                               std::to_string(flows) + " flows");
    std::vector<std::unique_ptr<AllocatorBench>> rows;
    for (const auto* choice :
         {"Lowest", "Random", "RandomUnused", "BoundedRandom", "Deterministic"})
    {
        for (const uint32_t percent : {0, 50, 99, 100})
        {
            rows.push_back(std::make_unique<AllocatorBench>(choice, percent));
        }
    }
    for (uint32_t i = 0; i < options.repetitions; ++i)
    {
        for (const auto& row : rows)
        {
            row->Measure(flows, options.clock);
        }
    }
    for (const auto& row : rows)
    {
        row->Report(report, rows.front()->GetTime());
    }
    return report.Finish();
}
