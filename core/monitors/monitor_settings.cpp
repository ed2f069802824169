// What only monitors have: their fields with secrets, timing, probes and hosts, checked and set. The acts of people are in
// monitor_service.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/base/text.h"
#include "core/base/time_slots.h"
#include "core/base/time_zone.h"
#include "core/crypto/sealed.h"
#include "core/monitors/monitor_paste.h"
#include "core/monitors/monitor_service.h"
#include "core/monitors/pings.h"

namespace connlog {
namespace {

constexpr std::int64_t kSlowAfterMax = 60'000, kCertificateDaysMax = 365;

// Ends of names that are no name of the public internet.
constexpr std::string_view kLocalEnds[] = {".local", ".lan", ".internal", ".home.arpa", ".localhost", ".home", ".corp"};

void note(std::string& details, const std::string& what) {
  if (what.empty()) return;
  if (!details.empty()) details += ", ";
  details += what;
}

std::vector<std::string> secrets_set(const Monitor& monitor) {
  std::vector<std::string> names;
  for (const SealedField& sealed : monitor.sealed) names.push_back(sealed.field);
  return names;
}

void set_sealed(Monitor& monitor, std::string_view field, std::string sealed) {
  for (SealedField& each : monitor.sealed) {
    if (each.field != field) continue;
    each.sealed = std::move(sealed);
    return;
  }
  monitor.sealed.push_back({std::string(field), std::move(sealed)});
}

Result<void> check_range(std::string_view field, std::int64_t value, std::int64_t highest) {
  if (value >= 0 && value <= highest) return {};
  return invalid(std::string(field), fmt::format("This must be a whole number from 0 to {}.", highest));
}

// An error of a member of `own` names it as the client wrote it.
Result<void> in_own(const Result<void>& checked) {
  if (checked) return {};
  Error error = checked.error();
  error.field = "own." + error.field;
  return error;
}

// A schedule without a time to come ("0 0 30 2 *", or a year that is over) would never be late.
Result<void> check_schedule_comes(const FieldValues& fields, Instant now) {
  const std::string schedule = fields.text("schedule"), zone = fields.text("zone");
  if (schedule.empty()) return {};
  const TimeSlots slots = TRY(TimeSlots::parse(schedule));
  const TimeZone place = TRY(TimeZone::load(zone.empty() ? "UTC" : zone));
  if (slots.next(now, place)) return {};
  return invalid("fields.schedule",
                 "No time of this schedule is still to come, so a missing ping would never be noticed. Look at its "
                 "day, month and year.");
}

struct TimingRow {
  TimingValue TimingChange::* given;
  std::optional<std::int64_t> CheckTiming::* own;
  std::string_view noun, unit;
};
constexpr TimingRow kTimingRows[] = {
    {&TimingChange::interval_seconds, &CheckTiming::interval_seconds, "interval", " s"},
    {&TimingChange::retries, &CheckTiming::retries, "retries", ""},
    {&TimingChange::retry_interval_seconds, &CheckTiming::retry_interval_seconds, "retry interval", " s"},
    {&TimingChange::time_limit_ms, &CheckTiming::time_limit_ms, "time limit", " ms"},
    {&TimingChange::recover_after, &CheckTiming::recover_after, "up after", " results"},
};

}  // namespace

Result<const CheckKind*> MonitorService::kind_of(const std::string& word) const {
  const CheckKind* kind = parts_.kinds.find(word);
  if (kind == nullptr) return invalid("kind", "There is no such kind of check. GET /api/v1/check-kinds lists them.");
  return kind;
}

Result<void> MonitorService::check_interval(const std::optional<std::int64_t>& interval_seconds) const {
  if (parts_.limits == nullptr || !interval_seconds) return {};
  const std::int64_t shortest = parts_.limits->value(Limit::check_interval_seconds);
  if (*interval_seconds >= shortest) return {};
  return invalid("interval_seconds", fmt::format("The appliance allows intervals of {} seconds or more.", shortest));
}

Result<FieldSecrets> MonitorService::open_secrets(const Monitor& monitor) const {
  FieldSecrets secrets;
  for (const SealedField& sealed : monitor.sealed) {
    Secret secret = TRY(unseal(parts_.keyring, monitor_secret_context(sealed.field), sealed.sealed));
    secrets.set(sealed.field, std::move(secret));
  }
  return secrets;
}

Result<std::string> MonitorService::apply_fields(const CheckKind& kind, const GivenFields& given,
                                                 Monitor& monitor) const {
  GivenFields wanted = clone_of(given);
  TRY(move_credentials(kind, wanted));
  StandingFields before{.secrets = secrets_set(monitor)};
  if (!monitor.id.is_nil()) before.values = &monitor.fields;
  CheckedFields checked = TRY(check_fields(kind.fields, wanted, before));
  TRY(refuse_readable_secrets(kind, checked.values));
  std::string details;
  if (!monitor.id.is_nil() && checked.values != monitor.fields) {
    const std::string was = kind.shown(monitor.fields), is = kind.shown(checked.values);
    note(details, was == is ? std::string("what is checked") : fmt::format("{} → {}", was, is));
  }
  for (const std::string& field : checked.forgotten) {
    const std::size_t cleared =
        std::erase_if(monitor.sealed, [&](const SealedField& sealed) { return sealed.field == field; });
    if (cleared > 0) note(details, field + " cleared");
  }
  for (const auto& [name, secret] : checked.secrets.entries()) {
    set_sealed(monitor, name, seal(parts_.keyring, monitor_secret_context(name), secret, parts_.random));
    if (!monitor.id.is_nil()) note(details, name);
  }
  monitor.fields = std::move(checked.values);
  const FieldSecrets secrets = TRY(open_secrets(monitor));
  if (kind.check != nullptr) TRY(kind.check(monitor.fields, secrets));
  if (kind.word == kPushKind) TRY(check_schedule_comes(monitor.fields, parts_.clock.now()));
  return details;
}

Result<std::string> MonitorService::apply_timing(const TimingChange& change, Monitor& monitor) const {
  std::string details;
  const CheckTiming before = monitor.own;
  for (const TimingRow& row : kTimingRows) {
    const TimingValue& given = change.*(row.given);
    auto& own = monitor.own.*(row.own);
    if (!given || *given == own) continue;
    own = *given;
    note(details, own ? fmt::format("{} {}{}", row.noun, *own, row.unit)
                      : fmt::format("{} of its groups and tags", row.noun));
  }
  TRY(in_own(validate(monitor.own)));
  if (monitor.own.interval_seconds != before.interval_seconds) TRY(in_own(check_interval(monitor.own.interval_seconds)));
  return details;
}

// A monitor's secrets go to the agents that look at it, so each needs the right to edit that agent.
Result<std::string> MonitorService::apply_probes(Snapshot& snapshot, const Actor& actor, const CheckKind& kind,
                                                 const ProbesChange& wanted, Monitor& monitor) const {
  std::vector<AgentId> agents = wanted.agents;
  std::sort(agents.begin(), agents.end());
  agents.erase(std::unique(agents.begin(), agents.end()), agents.end());
  if (wanted.mode == ProbeMode::appliance) agents.clear();
  if (agents.size() > kProbesMax)
    return invalid("probes.agents", fmt::format("At most {} agents can look at one monitor.", kProbesMax));
  if (wanted.mode == ProbeMode::each) {
    if (!kind.for_probes || kind.begin == nullptr)
      return invalid("probes.mode", "Agents cannot make a check of this kind.");
    if (agents.empty()) return invalid("probes.agents", "Name at least one agent that is to look at it.");
    if (wanted.needed < 1 || wanted.needed > static_cast<std::int64_t>(agents.size()))
      return invalid("probes.needed", fmt::format("This must be a whole number from 1 to {}.", agents.size()));
  }
  std::vector<AgentId> added;
  std::ranges::set_difference(agents, monitor.probes, std::back_inserter(added));
  for (const AgentId& agent : added) {
    const auto found = parts_.subjects.find_to_edit(snapshot, actor, agent);
    if (!found || found->kind != SubjectKind::agent)
      return invalid("probes.agents", "You can choose only agents that you see and may edit.");
  }
  const std::int64_t needed = wanted.mode == ProbeMode::each ? wanted.needed : 1;
  if (monitor.probe_mode == wanted.mode && monitor.probes == agents && monitor.probes_needed == needed)
    return std::string();
  monitor.probe_mode = wanted.mode;
  monitor.probes = std::move(agents);
  monitor.probes_needed = needed;
  if (wanted.mode == ProbeMode::appliance) return std::string("checked from the appliance");
  return fmt::format("checked from {} agents, {} needed", monitor.probes.size(), needed);
}

Result<std::string> MonitorService::apply_slug(const std::string& slug, Monitor& monitor) const {
  if (monitor.kind != kPushKind) return invalid("slug", "Only a monitor that is pinged has this.");
  if (!slug.empty() && !is_slug(slug))
    return invalid("slug", "Use lower-case letters, digits, - and _; at most 100.");
  if (!monitor.ping) monitor.ping.emplace();
  if (monitor.ping->slug == slug) return std::string();
  monitor.ping->slug = slug;
  return fmt::format("slug {}", slug.empty() ? "none" : slug);
}

Result<std::string> MonitorService::apply(Snapshot& snapshot, const Actor& actor, const CheckKind& kind,
                                          const MonitorSettings& given, Monitor& monitor) const {
  std::string details;
  const auto take = [&](Result<std::string> more) -> Result<void> {
    if (!more) return std::move(more).error();
    note(details, *more);
    return {};
  };
  static const GivenFields none;
  if (given.fields != nullptr || monitor.id.is_nil())
    TRY(take(apply_fields(kind, given.fields != nullptr ? *given.fields : none, monitor)));
  TRY(take(apply_timing(given.own, monitor)));
  if (given.slow_after_ms && *given.slow_after_ms != monitor.slow_after_ms) {
    TRY(check_range("slow_after_ms", *given.slow_after_ms, kSlowAfterMax));
    monitor.slow_after_ms = *given.slow_after_ms;
    note(details, fmt::format("slow after {} ms", monitor.slow_after_ms));
  }
  if (given.certificate_days && *given.certificate_days != monitor.certificate_days) {
    TRY(check_range("certificate_days", *given.certificate_days, kCertificateDaysMax));
    monitor.certificate_days = *given.certificate_days;
    note(details, fmt::format("certificate at least {} days", monitor.certificate_days));
  }
  if (given.invert && *given.invert != monitor.invert) {
    monitor.invert = *given.invert;
    if (kind.begin == nullptr)
      note(details, monitor.invert ? "what is said is turned round" : "what is said counts as it is");
    else
      note(details, monitor.invert ? "must not answer" : "must answer");
  }
  if (given.probes) TRY(take(apply_probes(snapshot, actor, kind, *given.probes, monitor)));
  if (given.slug) TRY(take(apply_slug(*given.slug, monitor)));
  return details;
}

// ── Hosts ──

std::shared_ptr<const ReachScope> MonitorService::scope_of(WorkspaceId workspace) const {
  auto scope = std::make_shared<ReachScope>();
  scope->networks = *parts_.networks.of(workspace);
  return scope;
}

// Whether the host is the workspace's own by what it is called: an address in one of its networks, or a name that is
// none of the public internet.
bool MonitorService::is_own_host(WorkspaceId workspace, const std::string& host) const {
  IpAddress address;
  if (parse_ip(host, address)) {
    return std::ranges::any_of(*parts_.networks.of(workspace),
                               [&](const AddressRange& range) { return contains(range, address); });
  }
  if (host.find('.') == std::string::npos) return true;
  return std::ranges::any_of(kLocalEnds, [&](std::string_view end) { return host.ends_with(end); });
}

Result<std::string> MonitorService::host_to_confirm(Snapshot& snapshot, const Actor& actor, const CheckKind& kind,
                                                    const Monitor& monitor) const {
  std::string host = folded(kind.target(monitor.fields).host);
  while (host.ends_with('.')) host.pop_back();
  if (host.empty() || is_own_host(actor.workspace, host)) return std::string();
  const bool is_known = TRY(parts_.monitors.is_host_confirmed(snapshot, actor.workspace, host));
  return is_known ? std::string() : host;
}

Error MonitorService::not_confirmed(const std::string& host) {
  return Error{ErrorCode::conflict,
               fmt::format("{} lies outside of this workspace's own networks. Confirm that you may monitor it: monitoring "
                           "a system without permission can be unlawful.",
                           host),
               std::string(kConfirmHostField)};
}

Result<void> MonitorService::confirm_host(Transaction& tx, const Actor& actor, const CheckKind& kind,
                                          const Monitor& monitor, bool confirmed) {
  const std::string host = TRY(host_to_confirm(tx, actor, kind, monitor));
  if (host.empty()) return {};
  if (!confirmed) return not_confirmed(host);
  TRY(parts_.monitors.confirm_host(tx, actor.workspace, host, actor.name, parts_.clock.now()));
  return parts_.audit.append(tx, actor, "monitor.host_confirmed", host);
}

// ── Checks that are made once ──

Result<std::shared_ptr<const CheckSpec>> MonitorService::spec_to_check(Snapshot& snapshot, const Actor& actor,
                                                                       MonitorId id) const {
  const MonitorAndSubject found = TRY(find_to_edit(snapshot, actor, id));
  const CheckKind* kind = parts_.kinds.find(found.monitor.kind);
  if (kind == nullptr || kind->begin == nullptr)
    return Error{ErrorCode::conflict, "A monitor of this kind looks at nothing by itself: it is told."};
  const EffectiveTiming timing =
      effective_timing(found.monitor.own, found.subject, parts_.directory.defaults(actor.workspace));
  return spec_of(found.monitor, timing, parts_.keyring, scope_of(actor.workspace));
}

Result<std::shared_ptr<const CheckSpec>> MonitorService::spec_to_try(Snapshot& snapshot, const Actor& actor,
                                                                     const TriedCheck& tried) const {
  const CheckKind* kind = TRY(kind_of(tried.kind));
  if (kind->begin == nullptr)
    return Error{ErrorCode::conflict, "A monitor of this kind looks at nothing by itself: it is told.", "kind"};
  MonitorAndSubject found;
  if (!tried.monitor.is_nil()) found = TRY(find_to_edit(snapshot, actor, tried.monitor));
  if (!tried.monitor.is_nil() && found.monitor.kind != tried.kind)
    return invalid("kind", "The monitor whose secrets are to be used is of another kind.");
  found.monitor.kind = tried.kind;
  MonitorSettings settings;
  settings.fields = tried.fields;
  settings.slow_after_ms = tried.slow_after_ms;
  settings.certificate_days = tried.certificate_days;
  settings.invert = tried.invert;
  TRY(apply(snapshot, actor, *kind, settings, found.monitor));
  const EffectiveTiming timing =
      effective_timing(found.monitor.own, found.subject, parts_.directory.defaults(actor.workspace));
  return spec_of(found.monitor, timing, parts_.keyring, scope_of(actor.workspace));
}

}  // namespace connlog
