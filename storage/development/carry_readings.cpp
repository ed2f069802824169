#include "storage/development/carry_readings.h"

#include <array>
#include <unordered_map>

#include "core/watch/values.h"

namespace connlog::storage {
namespace {

// In the order of the columns that carry_readings selects.
constexpr std::array kColumns = {Metric::uptime,       Metric::cpu_percent, Metric::cpu_peak_percent, Metric::memory_used,
                                 Metric::memory_total, Metric::disk_used,   Metric::disk_total,       Metric::load_1m};

using Cores = std::unordered_map<std::int64_t, std::int64_t>;

Result<Cores> read_cores(Connection& connection) {
  Cores cores;
  Statement agents =
      TRY(connection.prepare("SELECT s.number, f.core_count FROM agent_fact f "
                             "JOIN subject s ON s.workspace_id = f.workspace_id AND s.id = f.id"));
  while (true) {
    const bool has_row = TRY(agents.step());
    if (!has_row) break;
    Row row(agents);
    const std::int64_t number = row.integer();
    cores[number] = row.integer();
  }
  return cores;
}

// The columns of one old row. The old log wrote NULL for what was not measured.
Values read_values(Row& row, std::int64_t cores) {
  constexpr std::int64_t kNull = INT64_MIN;
  ValuesBuilder values;
  if (cores > 0) values.set(Metric::cores, cores);
  for (const Metric metric : kColumns) {
    const std::int64_t value = row.integer_or(kNull);
    if (value != kNull) values.set(metric, value);
  }
  return values.build();
}

}  // namespace

Result<void> carry_readings(Connection& connection) {
  const Cores cores = TRY(read_cores(connection));
  Statement old = TRY(
      connection.prepare("SELECT sequence, skew, agent_number, back, request_id, uptime_seconds, cpu_x100, cpu_peak_x100, "
                         "memory_used_mib, memory_total_mib, disk_used_mib, disk_total_mib, load_x100 "
                         "FROM old_reading_log ORDER BY sequence"));
  while (true) {
    const bool has_row = TRY(old.step());
    if (!has_row) break;
    Row row(old);
    const std::int64_t sequence = row.integer(), skew = row.integer(), agent = row.integer(), back = row.integer();
    const std::span<const std::uint8_t> key = row.blob();
    const auto known = cores.find(agent);
    const Values values = read_values(row, known == cores.end() ? 0 : known->second);
    Statement insert =
        TRY(connection.prepare("INSERT INTO reading_log (sequence, skew, subject_number, back, key, vals) "
                               "VALUES (:sequence, :skew, :subject, :back, :key, :vals)"));
    insert.integer(":sequence", sequence)
        .integer(":skew", skew)
        .integer(":subject", agent)
        .integer(":back", back)
        .blob(":vals", values.bytes());
    if (key.empty()) {
      insert.null(":key");
    } else {
      insert.blob(":key", key);
    }
    TRY(insert.run());
  }
  return {};
}

}  // namespace connlog::storage
