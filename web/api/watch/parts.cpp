// What watch adds to a workspace's export: subjects with the record of their states, readings, rules, incidents with
// their timelines.
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "web/api/views.h"
#include "web/api/watch/group_part.h"
#include "web/api/watch/handlers.h"
#include "web/api/watch/quiet_view.h"
#include "web/api/watch/subject_columns.h"
#include "web/api/watch/views.h"

namespace connlog::web::watch {
namespace {

using nlohmann::json;

constexpr int kPage = 200;  // incidents
constexpr int kReadingsPage = 2'000;
constexpr int kQuietsOfExport = 100'000;

// Parts, and every change of the state, of one subject.
Result<void> add_record(const Services& services, Snapshot& snapshot, const Subject& subject, json& item) {
  item["parts"] = json::array();
  const auto parts = TRY(services.subjects.parts(snapshot, subject.workspace, subject.id));
  for (const Part& part : parts) item["parts"].push_back(part.text);
  item["record"] = json::array();
  const auto changes = TRY(services.subjects.changes(snapshot, subject.workspace, subject.id, Instant{1},
                                                     services.clock.now() + seconds(1)));
  for (const StateChange& change : changes) item["record"].push_back(view(change));
  return {};
}

// One subject at a time: a record may be long.
Result<void> write_subjects(Context& ctx, Section& section) {
  const Services& services = ctx.of<Services>();
  const std::vector<LiveSubject> subjects = services.directory.list(ctx.workspace->id);
  for (const LiveSubject& live : subjects) {
    json item = subject_view(live);
    const auto read = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
      item["group"] = TRY(group_part(snapshot, services, ctx.actor, *live.row, MemberNames::listed));
      return add_record(services, snapshot, *live.row, item);
    });
    TRY(read);
    TRY(section.item(item));
  }
  return {};
}

// The texts of a subject's parts. A part that is gone has its number: readings outlive it.
class PartTexts {
 public:
  explicit PartTexts(const std::vector<Part>& parts) {
    for (const Part& part : parts) texts_[part.number] = part.text;
  }
  std::string of(PartNumber number) const {
    if (number == 0) return {};
    const auto found = texts_.find(number);
    return found != texts_.end() ? found->second : "#" + std::to_string(number);
  }

 private:
  std::map<PartNumber, std::string> texts_;
};

// A value that has no column of its own: it is about a part, or of a series or metric that the table does not have.
json other_value_view(const Value& value, const PartTexts& parts) {
  const MetricRow* row = find_metric(value.metric);
  json out = {{"part", parts.of(value.part)}};
  if (value.metric == Metric::named) {
    out["metric"] = "named";
    out["value"] = value.named();
  } else {
    out["metric"] = row != nullptr ? std::string(row->word) : std::to_string(static_cast<std::uint32_t>(value.metric));
    out["value"] = row != nullptr ? value_view(*row, value.value) : json(value.value);
  }
  return out;
}

// What was not measured is absent.
json reading_view(const Reading& reading, const PartTexts& parts) {
  json out = {{"subject_id", reading.subject.text()}, {"at", time_view(reading.at)}};
  json others = json::array();
  for (const Value& value : reading.values.all()) {
    const MetricRow* row = find_metric(value.metric);
    if (value.part == 0 && row != nullptr) {
      out[std::string(row->word)] = value_view(*row, value.value);
    } else {
      others.push_back(other_value_view(value, parts));
    }
  }
  if (!others.empty()) out["values"] = std::move(others);
  return out;
}

// A page at a time: a subject may have hundreds of thousands.
Result<void> write_readings_of(const Services& services, const Subject& subject, Section& section) {
  std::int64_t begin = 0;
  do {
    ReadingPage page;
    std::vector<Part> parts;
    const auto read = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
      parts = TRY(services.subjects.parts(snapshot, subject.workspace, subject.id));
      page = TRY(services.readings.page(snapshot, subject.workspace, subject.id, begin, kReadingsPage));
      return {};
    });
    TRY(read);
    const PartTexts texts(parts);
    for (const Reading& reading : page.readings) TRY(section.item(reading_view(reading, texts)));
    begin = page.next;
  } while (begin != 0);
  return {};
}

Result<void> write_readings(Context& ctx, Section& section) {
  const Services& services = ctx.of<Services>();
  const std::vector<LiveSubject> subjects = services.directory.list(ctx.workspace->id);
  for (const LiveSubject& live : subjects) TRY(write_readings_of(services, *live.row, section));
  return {};
}

Result<void> write_rules(Context& ctx, Section& section) {
  const Services& services = ctx.of<Services>();
  json items = json::array();
  const auto read = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    const auto rules = TRY(services.rules.list(snapshot, ctx.workspace->id));
    for (const Rule& rule : rules) items.push_back(view(rule));
    return {};
  });
  TRY(read);
  return section.items(items);
}

// Why it was told, held or not told.
Result<json> telling_part(const Services& services, Snapshot& snapshot, const Incident& incident) {
  json entries = json::array();
  const auto telling = TRY(services.telling.view(snapshot, incident.workspace, incident.id));
  for (const TellingEntry& entry : telling.entries) {
    entries.push_back({{"at", time_view(entry.at)},
                       {"stage", entry.stage},
                       {"verdict", entry.verdict},
                       {"reason", entry.reason},
                       {"text", entry.text},
                       {"until", time_view(entry.until)},
                       {"recipient_name", entry.recipient_name}});
  }
  return entries;
}

Result<void> write_incidents(Context& ctx, Section& section) {
  const Services& services = ctx.of<Services>();
  IncidentStore::Filter filter;
  filter.limit = kPage;
  for (;;) {
    json page = json::array();
    std::vector<Incident> incidents;
    const auto read = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
      incidents = TRY(services.incidents.list(snapshot, ctx.workspace->id, filter));
      for (const Incident& incident : incidents) {
        json item = view(incident);
        item["events"] = json::array();
        const auto events = TRY(services.incidents.events(snapshot, ctx.workspace->id, incident.id));
        for (const IncidentEvent& event : events) item["events"].push_back(view(event));
        item["telling"] = TRY(telling_part(services, snapshot, incident));
        page.push_back(std::move(item));
      }
      return {};
    });
    TRY(read);
    TRY(section.items(page));
    if (incidents.size() < static_cast<std::size_t>(kPage)) return {};
    filter.after = incidents.back().id;
  }
}

Result<void> write_quiets(Context& ctx, Section& section) {
  const Services& services = ctx.of<Services>();
  std::vector<Quiet> quiets;
  const auto read = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    quiets = TRY(services.quiets.list(snapshot, ctx.workspace->id, true, kQuietsOfExport));
    return {};
  });
  TRY(read);
  for (const Quiet& quiet : quiets) TRY(section.item(quiet_view(quiet, services.directory)));
  return {};
}

Result<void> write_dependencies(Context& ctx, Section& section) {
  const Services& services = ctx.of<Services>();
  json items = json::array();
  const auto read = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    const auto all = TRY(services.dependencies.list(snapshot, ctx.workspace->id));
    for (const Dependency& each : all)
      items.push_back({{"subject_id", each.subject.text()}, {"parent_id", each.parent.text()}});
    return {};
  });
  TRY(read);
  return section.items(items);
}

Result<void> write_telling_settings(Context& ctx, Section& section) {
  const Services& services = ctx.of<Services>();
  json item;
  const auto read = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    const TellingSettings settings = TRY(services.telling_settings.find(snapshot, ctx.workspace->id));
    item = view(settings);
    return {};
  });
  TRY(read);
  return section.item(item);
}

constexpr auto kWholeSubjectColumns = add_columns(
    kSubjectColumns,
    std::array{Column{"parts", ColumnType::list, "What its values are about inside it: texts, such as mounts"},
               Column{"record", ColumnType::list, "Its changes of state, oldest first: at, state, reason, detail"}});

constexpr std::string_view unit_word(Unit unit) {
  return unit == Unit::none ? std::string_view() : kWords<Unit>.words()[static_cast<std::size_t>(unit)].text;
}

// A column for each stored metric; what follows from stored ones can be computed.
constexpr std::size_t kStoredMetrics = [] {
  std::size_t count = 0;
  for (const MetricRow& row : kMetricTable) count += row.from.how == Derivation::How::stored ? 1 : 0;
  return count;
}();
constexpr auto kReadingColumns = [] {
  std::array<Column, kStoredMetrics + 3> columns{};
  std::size_t at = 0;
  columns[at++] = {"subject_id", ColumnType::id, "Of what it is a reading: an id in subjects"};
  columns[at++] = {"at", ColumnType::time, "When it was taken, by the appliance's clock"};
  for (const MetricRow& row : kMetricTable) {
    if (row.from.how != Derivation::How::stored) continue;
    columns[at++] = {row.word, row.scale == 1 ? ColumnType::integer : ColumnType::number, row.noun, Missing::absent,
                     unit_word(row.unit)};
  }
  columns[at++] = {"values", ColumnType::list,
                   "Values about parts, of series that their source named, and of metrics that this version does not "
                   "know: metric, part, value",
                   Missing::absent};
  return columns;
}();

constexpr Column kRuleColumns[] = {
    {"id", ColumnType::id, "The rule"},
    {"name", ColumnType::text, "Its name"},
    {"kind", ColumnType::text, "Its kind: silence, metric, state"},
    {"target", ColumnType::object, "Which subjects it is about: kind, and tag, label, subject_id or group_id"},
    {"only_kind", ColumnType::text, "About subjects of this kind alone; null: of every kind", Missing::null},
    {"part", ColumnType::text, "Which part of a subject; empty: the subject itself"},
    {"state", ColumnType::text, "Of kind state: the state that opens an incident"},
    {"metric", ColumnType::text, "Of kind metric: the word of the metric"},
    {"comparison", ColumnType::text, "Of kind metric: above or below"},
    {"threshold", ColumnType::number, "Of kind metric, in the unit of the metric"},
    {"hysteresis", ColumnType::number, "By how much the value must come back, in the unit of the metric"},
    {"duration_seconds", ColumnType::integer, "How long the condition must hold", Missing::never, "seconds"},
    {"cooldown_seconds", ColumnType::integer, "How long no new incident opens afterwards", Missing::never, "seconds"},
    {"severity", ColumnType::text, "info, warning or critical"},
    {"repeat_seconds", ColumnType::integer, "How often it reminds while an incident is open; 0: never", Missing::never,
     "seconds"},
    {"working_hours", ColumnType::object, "When it tells: days, from, to, zone; none: always", Missing::null},
    {"runbook", ColumnType::text, "The address of a page that says what to do"},
    {"notes", ColumnType::text, "Notes for whom it tells, several lines"},
    {"last_tested_at", ColumnType::time, "Its last drill", Missing::null},
    {"enabled", ColumnType::boolean, "Whether it is judged"},
    {"recipient_ids", ColumnType::list, "Whom it tells: ids in recipients"},
    {"sentence", ColumnType::text, "The rule as people read it"},
    {"version", ColumnType::integer, "Rises with each change"},
    {"created_at", ColumnType::time, "When it was added"},
};

constexpr Column kIncidentColumns[] = {
    {"id", ColumnType::id, "The incident"},
    {"rule_id", ColumnType::id, "The rule that opened it: an id in rules, while the rule exists"},
    {"subject_id", ColumnType::id, "What it is about: an id in subjects, while that exists"},
    {"subject_kind", ColumnType::text, "The kind of that"},
    {"subject_name", ColumnType::text, "The name of that"},
    {"part", ColumnType::text, "Which part of it; empty: the subject itself"},
    {"rule_sentence", ColumnType::text, "The rule as it was then"},
    {"kind", ColumnType::text, "The kind of the rule"},
    {"severity", ColumnType::text, "info, warning or critical"},
    {"summary", ColumnType::text, "What people read"},
    {"opened_at", ColumnType::time, "When it was opened"},
    {"acknowledged_at", ColumnType::time, "When somebody took it on", Missing::null},
    {"acknowledged_by", ColumnType::text, "Who took it on"},
    {"acknowledged_until", ColumnType::time, "Until when that holds; none: not taken on, or without an end", Missing::null},
    {"is_drill", ColumnType::boolean, "Whether it was a drill"},
    {"resolved_at", ColumnType::time, "When it ended", Missing::null},
    {"resolution", ColumnType::text, "How it ended"},
    {"version", ColumnType::integer, "Rises with each change"},
    {"events", ColumnType::list, "Its timeline, oldest first: id, at, kind, actor_name, text"},
    {"telling", ColumnType::list,
     "Why it was told, held or not told, oldest first: at, stage, verdict, reason, text, until, recipient_name"},
};

constexpr Column kQuietColumns[] = {
    {"id", ColumnType::id, "The maintenance, mute or snooze"},
    {"kind", ColumnType::text, "maintenance, mute, snooze, or host: its host asked for it"},
    {"name", ColumnType::text, "Its name"},
    {"reason", ColumnType::text, "Why, several lines"},
    {"matchers", ColumnType::list, "What it covers, any of: subject_id, group_id, tag, label, rule_id, severity"},
    {"repeat", ColumnType::text, "once, weekly, monthly or cron"},
    {"zone", ColumnType::text, "The time zone of its schedule"},
    {"schedule", ColumnType::text, "When its windows begin, where it repeats"},
    {"duration_seconds", ColumnType::integer, "How long each window lasts, where it repeats", Missing::never, "seconds"},
    {"starts_at", ColumnType::time, "When it begins"},
    {"ends_at", ColumnType::time, "When it ends", Missing::null},
    {"ended_early_at", ColumnType::time, "When somebody ended it before", Missing::null},
    {"by_name", ColumnType::text, "Who asked for it"},
    {"by_host", ColumnType::object, "Of kind host, which: id, name", Missing::null},
    {"is_wide", ColumnType::boolean, "Whether it covers more than half, or everything critical"},
    {"created_at", ColumnType::time, "When it was asked for"},
    {"version", ColumnType::integer, "Rises with each change"},
};

constexpr Column kDependencyColumns[] = {
    {"subject_id", ColumnType::id, "What depends: an id in subjects"},
    {"parent_id", ColumnType::id, "On what: an id in subjects"},
};

constexpr Column kTellingSettingColumns[] = {
    {"group_wait_seconds", ColumnType::integer, "After a first message, how long others are collected", Missing::never,
     "seconds"},
    {"group_every_seconds", ColumnType::integer, "How often collected messages go out then", Missing::never, "seconds"},
    {"host_quiet_minutes", ColumnType::integer, "For how long within 24 hours a host may ask for quiet"},
    {"maintenance_counts", ColumnType::boolean, "Whether maintenances count in uptime"},
    {"acknowledge_hours", ColumnType::integer, "When an acknowledgement ends by itself"},
    {"version", ColumnType::integer, "Rises with each change"},
};

constexpr WorkspaceSection kSections[] = {
    {"subjects", "What is watched, of every kind, with the record of its states.", kWholeSubjectColumns,
     write_subjects},
    {"readings", "What was measured at one moment. All readings of a subject stand together, newest first.",
     kReadingColumns, write_readings},
    {"rules", "When an incident opens, and whom it is told.", kRuleColumns, write_rules},
    {"incidents", "An incident with its timeline, newest first.", kIncidentColumns, write_incidents},
    {"quiets", "When nobody was to be told of what: maintenances, mutes, snoozes.", kQuietColumns, write_quiets},
    {"dependencies", "What depends on what: while the one is down, the other is not told.", kDependencyColumns,
     write_dependencies},
    {"telling_settings", "What was set about messages: one row.", kTellingSettingColumns, write_telling_settings},
};

}  // namespace

std::span<const WorkspaceSection> workspace_sections() {
  return kSections;
}

}  // namespace connlog::web::watch
