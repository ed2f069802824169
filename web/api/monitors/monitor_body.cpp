#include "web/api/monitors/monitor_body.h"

#include <utility>

#include "core/base/value_or.h"
#include "web/api/watch/subject_body.h"

namespace connlog::web {
namespace {

constexpr std::size_t kIdCharactersMax = 64, kWordCharactersMax = 40, kFieldsMax = 60;

template <typename IdType>
Result<std::optional<std::vector<IdType>>> ids_in(const Body& body, std::string_view name, std::size_t count_max,
                                                  const char* unknown) {
  const auto texts = TRY(body.maybe_texts(name, count_max, kIdCharactersMax));
  if (!texts) return std::optional<std::vector<IdType>>{};
  std::vector<IdType> ids;
  for (const std::string& text : *texts) {
    if (!IdType::parse(text, ids.emplace_back())) return invalid(std::string(name), unknown);
  }
  return std::optional<std::vector<IdType>>(std::move(ids));
}

// A number, null for none, or nothing.
Result<TimingValue> timing_in(const Body& own, std::string_view name) {
  if (own.is_null(name)) return TimingValue(std::optional<std::int64_t>());
  const auto number = TRY(own.maybe_integer(name, 0, 1'000'000));
  return number ? TimingValue(number) : TimingValue();
}

Result<std::optional<ProbesChange>> probes_in(const Body& body) {
  const auto probes = TRY(body.maybe_object("probes"));
  if (!probes) return std::optional<ProbesChange>{};
  ProbesChange change;
  change.mode = TRY(probes->word<ProbeMode>("mode"));
  const auto agents = TRY(ids_in<AgentId>(*probes, "agents", 100, "There is no such agent."));
  change.agents = agents.value_or(std::vector<AgentId>());
  change.needed = TRY(value_or(probes->maybe_integer("needed", 1, static_cast<std::int64_t>(kProbesMax)), 1));
  return std::optional<ProbesChange>(std::move(change));
}

Result<MonitorSettings> settings_of(const Body& body) {
  MonitorSettings settings;
  settings.fields = TRY(monitor_fields_of(body));
  settings.own = TRY(timing_change_of(body));
  settings.slow_after_ms = TRY(body.maybe_integer("slow_after_ms", 0, 60'000));
  settings.certificate_days = TRY(body.maybe_integer("certificate_days", 0, 365));
  settings.invert = TRY(body.maybe_flag("invert"));
  settings.probes = TRY(probes_in(body));
  settings.slug = TRY(body.maybe_text("slug", 0, 100));
  settings.confirmed_host = TRY(value_or(body.maybe_flag("confirmed_host"), false));
  return settings;
}

// The interface names teams and groups shortly here; the names of other kinds are understood, too.
Result<SubjectChange> of_subject(const Body& body) {
  SubjectChange change = TRY(subject_change_of(body));
  auto teams = TRY(ids_in<TeamId>(body, "teams", kTeamsOfSubjectMax, "There is no such team."));
  if (teams) change.teams = std::move(teams);
  auto groups = TRY(ids_in<GroupId>(body, "groups", kGroupsOfSubjectMax, "There is no such group."));
  if (groups) change.groups = std::move(groups);
  return change;
}

}  // namespace

Result<std::shared_ptr<const GivenFields>> monitor_fields_of(const Body& body) {
  if (!body.has("fields")) return std::shared_ptr<const GivenFields>();
  GivenFields given = TRY(body.fields("fields", kFieldsMax));
  return std::shared_ptr<const GivenFields>(std::make_shared<GivenFields>(std::move(given)));
}

Result<TimingChange> timing_change_of(const Body& body) {
  TimingChange change;
  const auto own = TRY(body.maybe_object("own"));
  if (!own) return change;
  change.interval_seconds = TRY(timing_in(*own, "interval_seconds"));
  change.retries = TRY(timing_in(*own, "retries"));
  change.retry_interval_seconds = TRY(timing_in(*own, "retry_interval_seconds"));
  change.time_limit_ms = TRY(timing_in(*own, "time_limit_ms"));
  change.recover_after = TRY(timing_in(*own, "recover_after"));
  return change;
}

Result<NewMonitor> new_monitor_of(const Body& body) {
  NewMonitor monitor;
  monitor.check = TRY(body.text("kind", 1, kWordCharactersMax));
  SubjectChange given = TRY(of_subject(body));
  monitor.name = std::move(given.name).value_or("");
  monitor.key = std::move(given.key).value_or("");
  monitor.notes = std::move(given.notes).value_or("");
  monitor.runbook = std::move(given.runbook).value_or("");
  monitor.tags = std::move(given.tags).value_or(std::vector<std::string>{});
  monitor.labels = std::move(given.labels).value_or(std::vector<Label>{});
  monitor.teams = std::move(given.teams);
  monitor.groups = std::move(given.groups).value_or(std::vector<GroupId>{});
  monitor.settings = TRY(settings_of(body));
  return monitor;
}

Result<MonitorChange> monitor_change_of(const Body& body) {
  MonitorChange change;
  SubjectChange of_the_subject = TRY(of_subject(body));
  static_cast<SubjectChange&>(change) = std::move(of_the_subject);
  change.settings = TRY(settings_of(body));
  return change;
}

}  // namespace connlog::web
