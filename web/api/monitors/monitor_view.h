// How monitors look in JSON (web/api/views.h says what views promise). Pure; any thread.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/monitors/monitor_directory.h"
#include "core/monitors/monitor_uptimes.h"
#include "core/watch/uptime.h"

namespace connlog::web {

nlohmann::json milliseconds_view(microseconds took);  // 12340 µs → 12.34; negative: null

// A row of a list: what every monitor shows.
nlohmann::json row_view(const LiveMonitor&, const MonitorUptimes::Bars&);
// The values of its fields that are not secret, as far as this version knows its kind.
nlohmann::json fields_view(const Monitor&);
// A result as people see it; `excerpt` is left out.
nlohmann::json result_view(const CheckResult&);

struct MonitorFacts {
  MonitorUptimes::Bars bars;
  std::optional<std::int64_t> day, week, month, quarter, year;  // uptime in hundredths of a percent
  std::optional<Instant> next_at;
  Instant now;
  std::function<std::string(const SubjectId&)> name_of;  // empty: out of the reader's sight
};
// All of one monitor.
nlohmann::json view(const LiveMonitor&, const MonitorFacts&);
// {value, from, of, of_name} of each member.
nlohmann::json timing_view(const EffectiveTiming&, const std::function<std::string(const SubjectId&)>& name_of);
nlohmann::json own_view(const CheckTiming&);  // null: not set here

}  // namespace connlog::web
