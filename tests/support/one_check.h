// One check of any kind against the real world, on the test's own thread. Loopback may be reached unless the spec says
// otherwise. One thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/checks/check.h"
#include "core/checks/check_runtime.h"

namespace connlog::test {

// 127.0.0.0/8 and ::1/128, beside public addresses.
std::shared_ptr<const ReachScope> loopback_scope();

struct OneCheckOptions {
  OutboundOptions outbound = {};
  bool clock_is_plausible = true;
  milliseconds give_up{30'000};  // a check that takes longer fails the test
};

// Values by name; a secret is set in `secrets`.
std::shared_ptr<CheckSpec> spec_of(std::string kind, std::vector<std::pair<std::string, FieldValue>> values,
                                   std::vector<std::pair<std::string, std::string>> secrets = {});
// With fields as a client gives them: checked and with defaults, as the service does.
std::shared_ptr<CheckSpec> checked_spec(const std::string& kind,
                                        const std::vector<std::pair<std::string, FieldValue>>& values);
CheckResult one_check(std::shared_ptr<const CheckSpec> spec, const OneCheckOptions& options = {});
// Of a checked_spec.
CheckResult one_check(const std::string& kind, std::vector<std::pair<std::string, FieldValue>> values,
                      const OneCheckOptions& options = {});

// Turns the runtime until `is_done`, at most `limit`. False: it was not.
bool turn_until(CheckRuntime& runtime, const std::function<bool()>& is_done, milliseconds limit = milliseconds(20'000));

}  // namespace connlog::test
