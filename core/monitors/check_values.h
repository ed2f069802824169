// What a check's result is as an observation: its values in the metrics of monitors, its state, and its text as it may be
// stored and shown. The text comes from outside (an answer, an agent): it becomes one line, without what is not seen and
// without secrets. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/checks/check.h"
#include "core/watch/subject.h"
#include "core/watch/values.h"

namespace connlog {

State state_of(CheckVerdict verdict);
// The verdict that a monitor's state shows; nothing: pending.
std::optional<CheckVerdict> verdict_of(State state);

// Phases, measures and the reason; for a part, its state instead of the reason. Each value is held within its metric's range.
// The response time stands only where there was an answer as it should be.
void add_values(ValuesBuilder& values, const CheckResult& result, PartNumber part = 0);

// The response time of a result as MonitorEntry::spark keeps it.
std::int32_t spark_of(const CheckResult& result);

// At most kCheckTextBytes, one line, masked.
std::string told_text(std::string_view text);

}  // namespace connlog
