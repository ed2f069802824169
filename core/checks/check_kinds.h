// The rows of the table of kinds (check_kinds.cpp). A kind's file includes this and defines its own row; everybody else
// finds kinds by all_checks(). Constant data, any thread; run_check belongs to the thread of its runtime.
#pragma once

#include <memory>

#include "core/checks/check.h"
#include "core/checks/check_runtime.h"

namespace connlog {

extern const CheckKind kHttpCheck, kTcpCheck, kPingCheck, kDnsCheck, kTlsCheck, kNtpCheck, kPushCheck, kManualCheck;

// As run_check in check_runtime.h, with a time limit of the caller's.
std::unique_ptr<RunningCheck> run_check(CheckRuntime& runtime, std::shared_ptr<const CheckSpec> spec, milliseconds limit,
                                        CheckDone done);

}  // namespace connlog
