// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-manager-server.h"

#include "ns3/simulator.h"

#include <algorithm>
#include <utility>

namespace ns3::azure
{

ManagerServer::ManagerServer(NextRequest nextRequest)
    : m_nextRequest(std::move(nextRequest))
{
}

ManagerServer::~ManagerServer()
{
    Close();
}

void
ManagerServer::Submit(Work configuration)
{
    m_configuration.push_back(std::move(configuration));
    Continue();
}

void
ManagerServer::Wake()
{
    Continue();
}

void
ManagerServer::Close()
{
    m_finish.Cancel();
    m_configuration.clear();
    m_isBusy = false;
}

void
ManagerServer::Continue()
{
    while (!m_isBusy)
    {
        Work work;
        auto variable = m_times.request;
        if (!m_configuration.empty())
        {
            work = std::move(m_configuration.front());
            m_configuration.pop_front();
            variable = m_times.configuration;
        }
        else
        {
            work = m_nextRequest();
        }
        if (!work)
        {
            return;
        }
        m_isBusy = true;
        const auto time = Seconds(variable ? std::max(variable->GetValue(), 0.0) : 0.0);
        if (time.IsStrictlyPositive())
        {
            m_finish = Simulator::Schedule(time, &ManagerServer::Finish, this, work);
            return;
        }
        work();
        m_isBusy = false;
    }
}

void
ManagerServer::Finish(const Work& work)
{
    work();
    m_isBusy = false;
    Continue();
}

} // namespace ns3::azure
