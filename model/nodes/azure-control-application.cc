// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-control-application.h"

#include "ns3/log.h"
#include "ns3/uinteger.h"

namespace ns3::azure
{

NS_LOG_COMPONENT_DEFINE("AzureControlApplication");

NS_OBJECT_ENSURE_REGISTERED(ControlApplication);

TypeId
ControlApplication::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::azure::ControlApplication")
            .SetParent<Application>()
            .SetGroupName("AzureNet")
            .AddAttribute("RetransmitTimeout",
                          "Time after which a message that was not acknowledged is sent again "
                          "(at least 1 ms; read when the application starts; the default is our "
                          "choice).",
                          TimeValue(MilliSeconds(200)),
                          MakeTimeAccessor(&ControlApplication::m_retransmitTimeout),
                          MakeTimeChecker(MilliSeconds(1)))
            .AddAttribute("MaxAttempts",
                          "How often a message is sent at most (at least 1; read when the "
                          "application starts; the default is our choice).",
                          UintegerValue(10),
                          MakeUintegerAccessor(&ControlApplication::m_maxAttempts),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("RetryInterval",
                          "Time after which who was unreachable is tried again, where that is "
                          "done at all (at least 1 ms; the default is our choice).",
                          TimeValue(Seconds(10)),
                          MakeTimeAccessor(&ControlApplication::m_retryInterval),
                          MakeTimeChecker(MilliSeconds(1)))
            .AddTraceSource("ControlMessage",
                            "A message was sent, for the first time or again; was acknowledged; "
                            "or was sent MaxAttempts times and never acknowledged. One that a "
                            "newer message replaces is only sent.",
                            MakeTraceSourceAccessor(&ControlApplication::m_controlMessageTrace),
                            "ns3::azure::ControlApplication::ControlMessageCallback");
    return tid;
}

void
ControlApplication::DoDispose()
{
    m_sender.Close();
    Application::DoDispose();
}

void
ControlApplication::OpenSender(uint16_t port, const SlbControlScope& scope)
{
    m_sender.Open(GetNode(), {port, m_retransmitTimeout, m_maxAttempts, scope});
}

void
ControlApplication::ControlMessageSeen(const ControlMessage& message)
{
    NS_LOG(message.stage == ControlMessageStage::Unreachable ? LOG_WARN : LOG_LOGIC,
           message.kind << " " << message.transaction << " for " << message.receiver << ": "
                        << GetName(message.stage) << ", attempt " << message.attempt);
    m_controlMessageTrace(message);
}

} // namespace ns3::azure
