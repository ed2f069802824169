// The secrets of monitors that can leak: those with which a check logs in elsewhere, and the addresses by which jobs ping.
// An answer runs inside the caller's transaction, through the service with which people do each of its acts singly. Any
// thread.
#pragma once

#include <memory>

#include "core/monitors/monitor_service.h"
#include "core/trust/leak_kind.h"
#include "core/watch/subject.h"

namespace connlog {

std::unique_ptr<LeakKind> monitor_secret_leak(const SubjectStore& subjects, const MonitorStore& monitors,
                                              MonitorService& service);
std::unique_ptr<LeakKind> ping_address_leak(const SubjectStore& subjects, const MonitorStore& monitors,
                                            MonitorService& service);

}  // namespace connlog
