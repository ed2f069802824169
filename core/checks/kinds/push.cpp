// The kind "push": a job tells connlog that it ran, and its silence is what is noticed. Nothing is sent to anybody; the
// fields say when the next ping is due and how pings are read (core/monitors/ping.h). Pure; any thread.
#include <fmt/format.h>

#include "core/base/text.h"
#include "core/base/time_slots.h"
#include "core/base/time_zone.h"
#include "core/checks/check_kinds.h"

namespace connlog {
namespace {

constexpr std::int64_t kYear = 31'536'000;

constexpr Field kFields[] = {
    {.name = "period_seconds",
     .label = "Period",
     .type = FieldType::number,
     .help = "Seconds between two pings, where no schedule is given.",
     .default_value = "86400",
     .lowest = 60,
     .highest = kYear},
    {.name = "grace_seconds",
     .label = "Grace",
     .type = FieldType::number,
     .help = "Seconds that a ping may be late, and that a run may take at most.",
     .default_value = "3600",
     .lowest = 60,
     .highest = kYear},
    {.name = "schedule",
     .label = "Schedule",
     .type = FieldType::text,
     .help = "A cron expression of five parts, or a calendar event of systemd. It counts in place of the period.",
     .example = "30 2 * * *",
     .highest = 100},
    {.name = "zone",
     .label = "Time zone of the schedule",
     .type = FieldType::text,
     .example = "Europe/Berlin",
     .default_value = "UTC",
     .highest = 64},
    {.name = "post_only",
     .label = "Count POST alone",
     .type = FieldType::flag,
     .help = "Other requests are recorded and ignored: a chat that previews the address cannot count as a success.",
     .default_value = "false"},
    {.name = "manual_resume",
     .label = "Stay paused until somebody resumes it",
     .type = FieldType::flag,
     .help = "Otherwise a ping ends a pause.",
     .default_value = "false"},
    {.name = "filter_body",
     .label = "Judge by the words of the body",
     .type = FieldType::flag,
     .default_value = "false"},
    {.name = "fail_words",
     .label = "Words of a failure",
     .type = FieldType::text,
     .help = "Separated by commas. Capitals count.",
     .highest = 200},
    {.name = "success_words",
     .label = "Words of a success",
     .type = FieldType::text,
     .help = "Separated by commas. Capitals count.",
     .highest = 200},
    {.name = "start_words",
     .label = "Words of a start",
     .type = FieldType::text,
     .help = "Separated by commas. Capitals count.",
     .highest = 200},
    {.name = "filter_default_fail",
     .label = "Without any of the words it is a failure",
     .type = FieldType::flag,
     .help = "Otherwise such a ping is ignored.",
     .default_value = "false"},
    {.name = "keep",
     .label = "Pings kept",
     .type = FieldType::number,
     .default_value = "20",
     .lowest = 1,
     .highest = 1'000},
    {.name = "body_bytes",
     .label = "Bytes kept of a body",
     .type = FieldType::number,
     .default_value = "10000",
     .lowest = 0,
     .highest = 100'000},
};

CheckTarget nowhere(const FieldValues&) {
  return {};
}

std::string shown(const FieldValues& values) {
  const std::string schedule = values.text("schedule");
  if (schedule.empty()) return fmt::format("a ping every {}", duration_text(values.number("period_seconds")));
  const std::string zone = values.text("zone");
  return zone.empty() || zone == "UTC" ? fmt::format("a ping at \"{}\"", schedule)
                                       : fmt::format("a ping at \"{}\", {}", schedule, zone);
}

Error at_field(std::string_view name, const Error& error) {
  return invalid(fmt::format("fields.{}", name), error.message);
}

Result<void> check(const FieldValues& values, const FieldSecrets&) {
  const auto zone = TimeZone::load(values.text("zone").empty() ? "UTC" : values.text("zone"));
  if (!zone) return at_field("zone", zone.error());
  if (!values.text("schedule").empty()) {
    const auto slots = TimeSlots::parse(values.text("schedule"));
    if (!slots) return at_field("schedule", slots.error());
  }
  if (values.flag("filter_body") && values.text("success_words").empty() && values.text("fail_words").empty() &&
      values.text("start_words").empty()) {
    return invalid("fields.success_words", "Name at least one word by which a body is judged.");
  }
  return {};
}

}  // namespace

extern const CheckKind kPushCheck{.word = "push",
                                  .title = "Ping (a job reports)",
                                  .icon = "inbox",
                                  .fields = kFields,
                                  .target = nowhere,
                                  .shown = shown,
                                  .begin = nullptr,
                                  .check = check,
                                  .for_probes = false};

}  // namespace connlog
