// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-silent-close.h"

#include "ns3/tcp-socket-base.h"

namespace ns3::azure
{

namespace
{

/// Leads to a function that only sockets may call.
class SilentClose : public TcpSocketBase
{
  public:
    static void Apply(TcpSocketBase& socket)
    {
        (socket.*&SilentClose::CloseAndNotify)();
    }
};

} // namespace

void
CloseSilently(Ptr<Socket> socket)
{
    SilentClose::Apply(*DynamicCast<TcpSocketBase>(socket));
}

} // namespace ns3::azure
