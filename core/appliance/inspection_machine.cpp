// Rows about the kernel's limits, the clock and the version.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/appliance/inspection_rows.h"

namespace connlog {
namespace {

using enum FindingSeverity;

constexpr std::int64_t kFilesBeside = 64;           // that are no connections
constexpr std::int64_t kConnectionsAtOnce = 1'024;  // a site whose agents all come back together
constexpr std::chrono::days kVersionOld{180}, kVersionVeryOld{400};
constexpr std::int64_t kTimezonesBehindYears = 2;

std::int64_t year_of(std::string_view text) {
  std::int64_t year = 0;
  const std::string_view digits = text.substr(0, 4);
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), year);
  return problem == std::errc() && end == digits.data() + digits.size() ? year : 0;
}

Problems few_files(const MachineFacts& facts, Instant) {
  const std::int64_t wanted = facts.connections_max + kFilesBeside;
  if (facts.files_max < 0 || facts.files_max >= wanted) return {};
  return {
      {warning,
       fmt::format("The process may open {} files, and max_connections is {}.", facts.files_max, facts.connections_max),
       "Agents and browsers are turned away before the limit that you set.",
       fmt::format("`systemctl edit connlog` and write `[Service]` and `LimitNOFILE={}`, or lower max_connections.",
                   wanted)}};
}

Problems short_queue(const MachineFacts& facts, Instant) {
  const std::int64_t wanted = std::min(facts.connections_max, kConnectionsAtOnce);
  if (!facts.somaxconn || *facts.somaxconn >= wanted) return {};
  return {{note, fmt::format("net.core.somaxconn is {}.", *facts.somaxconn),
           "When many agents connect at once (after a network failure), the kernel drops some, which try again later.",
           fmt::format("`echo net.core.somaxconn={} > /etc/sysctl.d/90-connlog.conf && sysctl --system`.", wanted)}};
}

Problems strict_memory(const MachineFacts& facts, Instant) {
  if (!facts.overcommit || *facts.overcommit != 2) return {};
  return {{note, "vm.overcommit_memory is 2: the kernel refuses memory that is promised and not used.",
           "Logins need 64 MiB each for a moment, and may be refused though memory is free.",
           "`sysctl vm.overcommit_memory=0`, or see that vm.overcommit_ratio leaves room."}};
}

Problems no_pings(const MachineFacts& facts, Instant) {
  if (!facts.may_ping || *facts.may_ping) return {};
  return {{note, "net.ipv4.ping_group_range does not hold the group of this process.",
           "Without it no program of this user can send a ping.",
           "`echo 'net.ipv4.ping_group_range=0 2147483647' > /etc/sysctl.d/60-connlog.conf && sysctl --system`."}};
}

Problems as_root(const MachineFacts& facts, Instant) {
  if (!facts.runs_as_root) return {};
  return {
      {warning, "The server runs as root.",
       "A weakness in it would be a weakness of the whole machine. It needs no right of root.",
       "Run it as a user of its own (docs/operations.md has the unit for systemd), and `chown -R` the data directory "
       "to that user."}};
}

Problems unsynchronised(const MachineFacts& facts, Instant) {
  if (!facts.clock_synchronised || *facts.clock_synchronised) return {};
  return {{warning, "The kernel says that nothing keeps the clock of this machine right (no NTP).",
           "One-time codes, certificates, retention and the times of incidents depend on it.",
           "`timedatectl set-ntp true`, or install chrony. In a container or a virtual machine: on its host."}};
}

Problems implausible_clock(const MachineFacts& facts, Instant) {
  if (facts.clock_trouble.empty()) return {};
  return {{danger, facts.clock_trouble, "Nothing is deleted by its age, and nothing new expires, until it is right.",
           "`timedatectl`, and set the clock."}};
}

Problems no_timezones(const MachineFacts& facts, Instant) {
  if (facts.timezones.empty()) {
    return {{note, "This machine has no data of time zones.", "A schedule can only be in UTC.",
             "`apt install tzdata` (or your system's package of that name)."}};
  }
  if (facts.timezones_are_ours) {
    return {{note, fmt::format("This machine has no data of time zones. connlog's own, of {}, serve.", facts.timezones),
             "They are renewed with connlog alone: where a country changes its summer time, schedules are off by an hour "
             "until the next version.",
             "`apt install tzdata` (or your system's package of that name)."}};
  }
  const std::int64_t has = year_of(facts.timezones), built = year_of(to_iso8601(facts.built));
  if (has == 0 || built - has < kTimezonesBehindYears) return {};
  return {{note, fmt::format("The data of time zones is of {}.", facts.timezones),
           "Where a country changed its summer time since, schedules are off by an hour.",
           "`apt upgrade tzdata` (or your system's package of that name)."}};
}

Problems old_version(const MachineFacts& facts, Instant now) {
  const microseconds age = now - facts.built;
  if (!facts.built.is_set() || age < kVersionOld) return {};
  return {{age < kVersionVeryOld ? note : warning,
           fmt::format("This connlog ({}) was built on {}, {} days ago.", facts.version,
                       to_iso8601(facts.built).substr(0, 10),
                       std::chrono::duration_cast<std::chrono::hours>(age).count() / 24),
           "What was mended since, in connlog and in the libraries inside it, is missing.",
           "Install the present version (docs/operations.md, An upgrade). CHANGELOG.md says what changed."}};
}

constexpr InspectionRow<MachineFacts> kRows[] = {
    {"machine.open_files", FindingArea::machine, "The process may open as many files as its connections need.",
     few_files},
    {"machine.somaxconn", FindingArea::machine, "Many may connect at once.", short_queue},
    {"machine.overcommit", FindingArea::machine, "Memory is given as it is used.", strict_memory},
    {"machine.ping_group_range", FindingArea::machine, "This user may send pings.", no_pings},
    {"machine.root", FindingArea::machine, "The server does not run as root.", as_root},
    {"clock.unsynchronised", FindingArea::clock, "The clock is kept right, or the kernel does not say.",
     unsynchronised},
    {"clock.implausible", FindingArea::clock, "The clock is plausible.", implausible_clock},
    {"clock.timezones", FindingArea::clock, "The data of time zones is recent.", no_timezones},
    {"version.age", FindingArea::version, "This version is recent.", old_version},
};

}  // namespace

std::span<const InspectionRow<MachineFacts>> machine_rows() {
  return kRows;
}

}  // namespace connlog
