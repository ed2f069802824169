// What Healthchecks' management API shows: checks, pings with their bodies, flips, channels.
#include <fmt/format.h>
#include <mbedtls/md.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/crypto/sealed.h"
#include "core/crypto/token.h"
#include "core/monitors/monitor.h"
#include "web/api/monitors/healthchecks.h"

namespace connlog::web::monitors::hc {
namespace {

using nlohmann::json;

constexpr int kPingsListed = 1'000;
constexpr seconds kRunMax{72 * 3'600};
constexpr std::int64_t kYear = 31'536'000;

// "2026-11-30T12:00:00+00:00", as Python writes it.
json time_of(Instant at, bool with_micros = false) {
  if (!at.is_set()) return nullptr;
  std::string text = to_iso8601(at, with_micros);
  text.pop_back();
  return text + "+00:00";
}

// Empty: it cannot be unsealed, which the log says elsewhere.
std::string uuid_of(const PingServices& services, const LiveMonitor& live) {
  const auto uuid = unseal(services.keyring, monitor_secret_context("ping_uuid"), live.monitor.ping->sealed_uuid);
  return uuid ? std::string(uuid->reveal()) : std::string();
}

bool is_check(const LiveMonitor& live) {
  return live.monitor.kind == kPushKind && live.monitor.ping.has_value();
}

// "new", "up", "grace", "down", "paused", as it is at this moment.
std::string_view status_of(const LiveMonitor& live, const PingSettings& settings, Instant now) {
  if (live.shown == ShownState::paused) return "paused";
  const PingState& state = live.ping;
  if (state.is_down || live.observed.state == State::down) return "down";
  if (state.last_start.is_set() && state.last_start + settings.grace <= now) return "down";
  if (state.is_new) return "new";
  PingState without_run = state;
  without_run.last_start = {};
  const auto due = due_of(settings, without_run);
  return due && due->due <= now ? "grace" : "up";
}

std::string tags_of(const LiveMonitor& live) {
  std::string tags;
  for (const std::string& tag : live.row->tags) {
    std::string word = tag;  // a tag of ours may have spaces, one of theirs may not
    std::ranges::replace(word, ' ', '_');
    tags += (tags.empty() ? "" : " ") + word;
  }
  return tags;
}

std::string recipients_of(const PingServices& services, WorkspaceId workspace) {
  std::string ids;
  const auto looked = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    const auto recipients = TRY(services.recipients.list(snapshot, workspace));
    for (const Recipient& recipient : recipients) {
      if (recipient.enabled) ids += (ids.empty() ? "" : ",") + recipient.id.text();
    }
    return {};
  });
  return looked ? ids : std::string();
}

// `channels`: only asked for where the caller sees them.
json view_of(const PingServices& services, const Caller& caller, const LiveMonitor& live, const std::string& uuid,
             const std::string& channels) {
  const PingSettings settings = ping_settings(live.monitor.fields);
  const PingState& state = live.ping;
  const Instant now = services.clock.now();
  const std::string_view status = status_of(live, settings, now);
  const bool is_started = state.last_start.is_set();
  const bool is_v1_started = caller.api == Api::v1 && is_started && status != "down";
  const auto due = status == "paused" ? std::nullopt : due_of(settings, state);
  json view = {{"name", live.row->name},
               {"slug", live.monitor.ping->slug},
               {"tags", tags_of(live)},
               {"desc", live.row->notes},
               {"grace", settings.grace.count()},
               {"n_pings", state.pings},
               {"status", is_v1_started ? std::string_view("started") : status},
               {"started", is_started},
               {"last_ping", time_of(state.last_ping)},
               {"next_ping", status == "down" || !due ? json(nullptr) : time_of(due->due)},
               {"manual_resume", settings.manual_resume},
               {"methods", settings.post_only ? "POST" : ""},
               {"subject", ""},
               {"subject_fail", ""},
               {"start_kw", settings.start_words},
               {"success_kw", settings.success_words},
               {"failure_kw", settings.fail_words},
               {"filter_subject", false},
               {"filter_body", false},
               {"filter_http_body", settings.filter_body},
               {"filter_default_fail", settings.filter_default_fail},
               {"badge_url", nullptr}};
  if (state.last_duration) view["last_duration"] = *state.last_duration / seconds(1);
  if (settings.schedule.empty()) {
    view["timeout"] = settings.period.count();
  } else {
    view["schedule"] = settings.schedule;
    view["tz"] = settings.zone;
  }
  if (!caller.may_write) {
    view["unique_key"] = unique_key(uuid);
    return view;
  }
  const std::string update = fmt::format("{}/api/v{}/checks/{}", caller.root, static_cast<int>(caller.api) + 1, uuid);
  view["uuid"] = uuid;
  view["ping_url"] = fmt::format("{}/ping/{}", caller.root, uuid);
  view["update_url"] = update;
  view["pause_url"] = update + "/pause";
  view["resume_url"] = update + "/resume";
  view["channels"] = channels;
  return view;
}

std::string_view type_of(PingKind kind) {
  return to_text(kind);
}

// The duration of each ping of the list, which is newest first: its own run is looked for among the earlier ones.
std::optional<microseconds> duration_of(const std::vector<Ping>& pings, std::size_t at) {
  const Ping& ping = pings[at];
  if (ping.kind != PingKind::success && ping.kind != PingKind::fail) return std::nullopt;
  for (std::size_t i = at + 1; i < pings.size(); ++i) {
    const Ping& earlier = pings[i];
    if (ping.at - earlier.at > kRunMax) return std::nullopt;
    const bool is_same =
        earlier.rid.has_value() == ping.rid.has_value() && (!ping.rid || earlier.rid->bytes == ping.rid->bytes);
    if (!is_same) continue;
    if (earlier.kind == PingKind::start) return ping.at - earlier.at;
    if (earlier.kind == PingKind::success || earlier.kind == PingKind::fail) return std::nullopt;
  }
  return std::nullopt;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

}  // namespace

std::string unique_key(std::string_view uuid) {
  std::string half;
  for (const char c : uuid) {
    if (c != '-' && half.size() < 16) half += c;
  }
  std::array<std::uint8_t, 20> digest{};
  const mbedtls_md_info_t* sha1 = mbedtls_md_info_from_type(MBEDTLS_MD_SHA1);
  if (sha1 == nullptr ||
      mbedtls_md(sha1, reinterpret_cast<const unsigned char*>(half.data()), half.size(), digest.data()) != 0) {
    return {};
  }
  return to_hex(digest);
}

std::optional<LiveMonitor> find_check(const PingServices& services, const Caller& caller, std::string_view code) {
  const std::string wanted = folded(code);
  Uuid uuid;
  if (parse_uuid(wanted, uuid)) {
    // A read-only key knows no UUIDs.
    if (!caller.may_write) return std::nullopt;
    const Key key = services.keyring.derive(key_purpose::kTokenDigest);
    const MonitorEntry* entry = services.directory.by_ping_uuid(digest_token(key, wanted));
    if (entry == nullptr) return std::nullopt;
    auto live = services.directory.find(caller.workspace(), entry->id);
    return live && is_check(*live) ? std::move(live) : std::nullopt;
  }
  if (wanted.size() != 40) return std::nullopt;
  for (LiveMonitor& live : services.directory.list(caller.workspace())) {
    if (is_check(live) && unique_key(uuid_of(services, live)) == wanted) return std::move(live);
  }
  return std::nullopt;
}

json check_view(const PingServices& services, const Caller& caller, const LiveMonitor& live) {
  return view_of(services, caller, live, uuid_of(services, live),
                 caller.may_write ? recipients_of(services, caller.workspace()) : std::string());
}

Reply list_checks(const PingServices& services, const Caller& caller, const HttpRequest& request) {
  const std::string slug = request.query("slug");
  const std::vector<std::string> wanted = request.query_all("tag");
  const std::string channels = caller.may_write ? recipients_of(services, caller.workspace()) : std::string();
  json checks = json::array();
  for (const LiveMonitor& live : services.directory.list(caller.workspace())) {
    if (!is_check(live) || (!slug.empty() && live.monitor.ping->slug != slug)) continue;
    const std::vector<std::string>& tags = live.row->tags;
    const bool has_all =
        std::ranges::all_of(wanted, [&](const std::string& tag) { return std::ranges::find(tags, tag) != tags.end(); });
    if (has_all) checks.push_back(view_of(services, caller, live, uuid_of(services, live), channels));
  }
  return json_reply(200, {{"checks", std::move(checks)}});
}

Reply list_pings(const PingServices& services, const Caller& caller, const LiveMonitor& live) {
  std::vector<Ping> pings;
  const auto looked = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    pings = TRY(services.ping_store.list(snapshot, caller.workspace(), live.monitor.id, 0, kPingsListed));
    return {};
  });
  if (!looked) return refusal_of(looked.error());
  const std::string uuid = uuid_of(services, live);
  json items = json::array();
  for (std::size_t at = 0; at < pings.size(); ++at) {
    const Ping& ping = pings[at];
    json item = {{"type", type_of(ping.kind)},
                 {"date", time_of(ping.at, true)},
                 {"n", ping.n},
                 {"scheme", ping.scheme},
                 {"remote_addr", ping.address},
                 {"method", ping.method},
                 {"ua", ping.user_agent},
                 {"rid", ping.rid ? json(to_text(*ping.rid)) : json(nullptr)},
                 {"body_url", ping.body.empty() ? json(nullptr)
                                                : json(fmt::format("{}/api/v{}/checks/{}/pings/{}/body", caller.root,
                                                                   static_cast<int>(caller.api) + 1, uuid, ping.n))}};
    if (const auto duration = duration_of(pings, at)) {
      const std::int64_t hundredths = (*duration + milliseconds(5)) / milliseconds(10);
      item["duration"] = static_cast<double>(hundredths) / 100;
    }
    items.push_back(std::move(item));
  }
  return json_reply(200, {{"pings", std::move(items)}});
}

Reply ping_body(const PingServices& services, const LiveMonitor& live, std::string_view n) {
  const auto number = whole_number(n);
  if (!number) return refusal(404, "not found");
  std::optional<Ping> ping;
  const auto looked = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    ping = TRY(services.ping_store.find(snapshot, live.monitor.workspace, live.monitor.id, *number));
    return {};
  });
  if (!looked) return refusal_of(looked.error());
  if (!ping || ping->body.empty()) return refusal(404, "not found");
  return text_reply(200, std::move(ping->body));
}

// Changes between down and not down, as the record has them.
Reply list_flips(const PingServices& services, const LiveMonitor& live, const HttpRequest& request) {
  const Instant now = services.clock.now();
  Instant from{1}, to = now + seconds(1);
  const std::string for_seconds = request.query("seconds"), start = request.query("start"), end = request.query("end");
  if (!for_seconds.empty()) {
    const auto length = whole_number(for_seconds);
    if (!length || *length > kYear) return refusal(400, "seconds is wrong");
    from = now - seconds(*length);
  }
  constexpr std::int64_t kLatest = 10'000'000'000;  // the year 2286
  if (!start.empty()) {
    const auto at = whole_number(start);
    if (!at || *at > kLatest) return refusal(400, "start is wrong");
    from = Instant{std::max<std::int64_t>(*at * 1'000'000, 1)};
  }
  if (!end.empty()) {
    const auto at = whole_number(end);
    if (!at || *at > kLatest) return refusal(400, "end is wrong");
    to = Instant{*at * 1'000'000};
  }
  std::vector<StateChange> changes;
  const auto looked = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    changes = TRY(services.subjects.changes(snapshot, live.monitor.workspace, live.monitor.id, Instant{1}, to));
    return {};
  });
  if (!looked) return refusal_of(looked.error());
  std::vector<json> flips;
  std::optional<bool> is_up;
  for (const StateChange& change : changes) {
    const bool counts = change.state == State::up || change.state == State::degraded || change.state == State::down;
    if (!counts) continue;
    const bool up = change.state != State::down;
    if (is_up == up) continue;
    is_up = up;
    if (change.at < from || change.at >= to) continue;
    flips.push_back({{"timestamp", time_of(Instant{change.at.micros / 1'000'000 * 1'000'000})}, {"up", up ? 1 : 0}});
  }
  std::ranges::reverse(flips);
  return json_reply(200, {{"flips", std::move(flips)}});
}

Reply list_channels(const PingServices& services, const Caller& caller) {
  json items = json::array();
  const auto looked = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    const auto recipients = TRY(services.recipients.list(snapshot, caller.workspace()));
    for (const Recipient& each : recipients) {
      items.push_back({{"id", each.id.text()},
                       {"name", each.name},
                       {"kind", each.channel == "mail" ? std::string("email") : each.channel}});
    }
    return {};
  });
  if (!looked) return refusal_of(looked.error());
  return json_reply(200, {{"channels", std::move(items)}});
}

}  // namespace connlog::web::monitors::hc
