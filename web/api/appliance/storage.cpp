// What uses the disk, and how long things are kept: the retention limits with what waits, what a change would free, the
// change, and its undoing.
#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "core/base/log.h"
#include "core/base/value_or.h"
#include "web/api/appliance/handlers.h"
#include "web/api/views.h"

namespace connlog::web::appliance {
namespace {

using nlohmann::json;

// What a limit keeps, as a preview names it.
std::string_view noun_of(Limit limit) {
  switch (limit) {
    case Limit::reading_days:
      return "readings";
    case Limit::incident_days:
      return "incidents and records of states";
    case Limit::letter_days:
      return "letters";
    case Limit::audit_days:
      return "rows of the workspaces' audit logs";
    case Limit::security_event_days:
      return "security events";
    case Limit::appliance_trail_days:
      return "rows of the appliance's trail";
    default:
      return "removed things";
  }
}

constexpr std::size_t kNameShown = 60;  // of a name that is refused

const LimitFact& fact_of(Limit limit) {
  return limit_facts()[static_cast<std::size_t>(limit)];
}

std::string bytes_text(std::int64_t bytes) {
  constexpr double kKilo = 1'000, kMega = kKilo * kKilo, kGiga = kMega * kKilo;
  const auto amount = static_cast<double>(bytes);
  if (amount >= kGiga) return fmt::format("{:.1f} GB", amount / kGiga);
  if (amount >= kMega) return fmt::format("{:.1f} MB", amount / kMega);
  return fmt::format("{:.0f} kB", amount / kKilo);
}

json uses_view(const SpaceReport& report) {
  json uses = json::array();
  for (const SpaceLine& line : report.lines) {
    json limits = json::array();
    for (const Limit limit : limits_of(line.use)) limits.push_back(fact_of(limit).name);
    uses.push_back({{"use", to_text(line.use)},
                    {"bytes", line.bytes},
                    {"rows", line.rows ? json(*line.rows) : json(nullptr)},
                    {"limits", std::move(limits)}});
  }
  return uses;
}

// From the rows, not from memory: in a transaction memory follows after it.
Result<json> limits_view(const Services& services, Snapshot& snapshot) {
  const Limits& limits = services.administration.limits();
  std::map<std::string, std::int64_t> set;
  const auto stored = TRY(limits.stored(snapshot));
  for (const StoredLimit& limit : stored) set.emplace(limit.name, limit.value);
  std::map<std::string, RetentionChange> waiting;
  auto changes = TRY(services.retention_plan.stored(snapshot));
  for (RetentionChange& change : changes) waiting.emplace(change.name, std::move(change));
  json items = json::array();
  for (const Limit limit : retention_limits()) {
    const LimitFact& fact = fact_of(limit);
    const std::string name(fact.name);
    const auto own = set.find(name);
    const std::int64_t value = own == set.end() ? limits.default_value(limit) : own->second;
    const auto change = waiting.find(name);
    const bool waits = change != waiting.end() && keeps_less(value, change->second.before);
    items.push_back({{"name", name},
                     {"value", value},
                     {"standard", limits.default_value(limit)},
                     {"lowest", fact.lowest},
                     {"highest", fact.highest},
                     {"unit", fact.unit},
                     {"help", fact.help},
                     {"waiting", waits ? json{{"before", change->second.before},
                                              {"due_at", time_view(change->second.due_at)},
                                              {"by", change->second.by}}
                                       : json(nullptr)}});
  }
  return items;
}

// The report was made before: it reads for a while, and not on the writer's thread.
Result<Reply> storage_reply(const Services& services, const std::optional<SpaceReport>& report, Snapshot& snapshot) {
  json limits = TRY(limits_view(services, snapshot));
  const bool has_disk = report && report->disk;
  return json_reply(
      200, {{"at", report ? time_view(report->at) : json(nullptr)},
            {"database_bytes", report ? json(report->database_bytes) : json(nullptr)},
            {"disk", has_disk ? json{{"bytes", report->disk->all}, {"free", report->disk->free}} : json(nullptr)},
            {"held_back", !services.retention.may_delete_by_date()},
            {"uses", report ? uses_view(*report) : json::array()},
            {"limits", std::move(limits)}});
}

std::optional<SpaceReport> report_of(const Services& services) {
  auto made = services.space.report();
  if (made) return *std::move(made);
  log_warning("space.unknown", {{"message", made.error().message}, {"cause", made.error().cause}});
  return std::nullopt;
}

Result<std::vector<WantedLimit>> wanted_limits(const Body& body) {
  std::vector<WantedLimit> wanted;
  const auto given = TRY(body.maybe_object("limits"));
  if (!given) return wanted;
  for (const std::string& name : given->names()) {
    const LimitFact* fact = find_limit(name);
    if (fact == nullptr || !is_retention(fact->limit))
      return invalid("limits." + name.substr(0, kNameShown), "There is no time of retention of this name.");
  }
  for (const Limit limit : retention_limits()) {
    const LimitFact& fact = fact_of(limit);
    const auto value = TRY(given->maybe_integer(fact.name, fact.lowest, fact.highest));
    if (!value) continue;
    if (const auto fits = check_limit(limit, *value); !fits)
      return invalid("limits." + std::string(fact.name), fits.error().message);
    wanted.push_back({limit, *value});
  }
  return wanted;
}

}  // namespace

Result<Reply> show_storage(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const SpaceReport report = TRY(services.space.report());
  return ctx.read([&](Snapshot& snapshot) { return storage_reply(services, report, snapshot); });
}

Result<Reply> preview_storage(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  const auto wanted = TRY(wanted_limits(body));
  const auto freed = TRY(services.space.preview(wanted));
  std::int64_t rows = 0, bytes = 0;
  json items = json::array();
  std::string text;
  for (const Freed& each : freed) {
    rows += each.what.rows;
    bytes += each.what.bytes;
    items.push_back({{"name", fact_of(each.limit).name}, {"rows", each.what.rows}, {"bytes", each.what.bytes}});
    if (each.what.rows == 0) continue;
    text += fmt::format("{}about {} {} ({})", text.empty() ? "" : ", ", each.what.rows, noun_of(each.limit),
                        bytes_text(each.what.bytes));
  }
  text = text.empty() ? std::string("Nothing would be deleted now.")
                      : fmt::format("It would delete {}. It begins 24 hours after the change is saved; until then the "
                                    "change can be undone.",
                                    text);
  return json_reply(200, {{"rows", rows}, {"frees_bytes", bytes}, {"text", text}, {"items", std::move(items)}});
}

Result<Reply> change_storage(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  const auto wanted = TRY(wanted_limits(body));
  std::vector<LimitChange> changes;
  for (const WantedLimit& each : wanted) {
    const bool is_standard = each.value == services.administration.limits().default_value(each.limit);
    changes.push_back({each.limit, is_standard, each.value});
  }
  return ctx.write([&services, actor = ctx.actor, changes,
                    report = report_of(services)](Transaction& tx) -> Result<Reply> {
    TRY(services.administration.limit_changes().change(tx, actor, changes));
    return storage_reply(services, report, tx);
  });
}

Result<Reply> undo_storage_change(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const LimitFact* fact = find_limit(ctx.request().path_value("name"));
  if (fact == nullptr || !is_retention(fact->limit))
    return Error{ErrorCode::not_found, "There is no time of retention of this name."};
  return ctx.write([&services, actor = ctx.actor, limit = fact->limit,
                    report = report_of(services)](Transaction& tx) -> Result<Reply> {
    TRY(services.administration.limit_changes().undo(tx, actor, limit));
    return storage_reply(services, report, tx);
  });
}

}  // namespace connlog::web::appliance
