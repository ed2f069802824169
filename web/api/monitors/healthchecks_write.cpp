// What Healthchecks' management API changes. A request is checked whole before anything is written; then MonitorService does
// what it does for people. Closures run on the writer thread.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/text.h"
#include "core/base/time_slots.h"
#include "core/base/time_zone.h"
#include "web/api/monitors/healthchecks.h"

namespace connlog::web::monitors::hc {
namespace {

using nlohmann::json;

constexpr std::int64_t kShortest = 60, kLongest = 31'536'000;
constexpr std::size_t kNameOfOurs = 80;

// Names of time zones that many systems have no more (the file "backward" of the time zone database).
constexpr std::pair<std::string_view, std::string_view> kOldZones[] = {
    {"US/Alaska", "America/Anchorage"},
    {"US/Arizona", "America/Phoenix"},
    {"US/Central", "America/Chicago"},
    {"US/Eastern", "America/New_York"},
    {"US/Hawaii", "Pacific/Honolulu"},
    {"US/Michigan", "America/Detroit"},
    {"US/Mountain", "America/Denver"},
    {"US/Pacific", "America/Los_Angeles"},
    {"Canada/Atlantic", "America/Halifax"},
    {"Canada/Central", "America/Winnipeg"},
    {"Canada/Eastern", "America/Toronto"},
    {"Canada/Mountain", "America/Edmonton"},
    {"Canada/Newfoundland", "America/St_Johns"},
    {"Canada/Pacific", "America/Vancouver"},
    {"America/Buenos_Aires", "America/Argentina/Buenos_Aires"},
    {"America/Godthab", "America/Nuuk"},
    {"America/Indianapolis", "America/Indiana/Indianapolis"},
    {"Brazil/East", "America/Sao_Paulo"},
    {"Asia/Calcutta", "Asia/Kolkata"},
    {"Asia/Katmandu", "Asia/Kathmandu"},
    {"Asia/Rangoon", "Asia/Yangon"},
    {"Asia/Saigon", "Asia/Ho_Chi_Minh"},
    {"Australia/ACT", "Australia/Sydney"},
    {"Australia/NSW", "Australia/Sydney"},
    {"Australia/Queensland", "Australia/Brisbane"},
    {"Australia/Victoria", "Australia/Melbourne"},
    {"Europe/Kiev", "Europe/Kyiv"},
    {"Eire", "Europe/Dublin"},
    {"GB", "Europe/London"},
    {"Hongkong", "Asia/Hong_Kong"},
    {"Israel", "Asia/Jerusalem"},
    {"Japan", "Asia/Tokyo"},
    {"NZ", "Pacific/Auckland"},
    {"PRC", "Asia/Shanghai"},
    {"Poland", "Europe/Warsaw"},
    {"Portugal", "Europe/Lisbon"},
    {"ROK", "Asia/Seoul"},
    {"Singapore", "Asia/Singapore"},
    {"Turkey", "Europe/Istanbul"},
};

// The name of today where the zone is known by it.
std::string zone_of_today(const std::string& zone) {
  for (const auto& [old, present] : kOldZones) {
    if (zone == old && TimeZone::load(present)) return std::string(present);
  }
  return zone;
}

// What a request sets; absent: it stays.
struct Wanted {
  std::optional<std::string> name, slug, desc, schedule, zone, start_words, success_words, fail_words;
  std::optional<std::vector<std::string>> tags;
  std::optional<std::int64_t> timeout, grace;
  std::optional<bool> manual_resume, filter_body, filter_default_fail, post_only;
  std::vector<std::string> unique;
  std::optional<std::string> channels;
};

Error wrong(std::string_view field, std::string why) {
  return invalid(std::string(field), std::move(why));
}

Result<std::optional<std::string>> text_in(const json& body, std::string_view name, std::size_t most) {
  const auto found = body.find(name);
  if (found == body.end()) return std::optional<std::string>();
  if (!found->is_string()) return wrong(name, "is not a string");
  std::string text = found->get<std::string>();
  if (!is_utf8(text) || length_in_characters(text) > most) return wrong(name, "is too long");
  return std::optional(std::move(text));
}

Result<std::optional<std::int64_t>> seconds_in(const json& body, std::string_view name) {
  const auto found = body.find(name);
  if (found == body.end()) return std::optional<std::int64_t>();
  if (!found->is_number_integer()) return wrong(name, "is not a number");
  const std::int64_t value =
      found->is_number_unsigned() && found->get<std::uint64_t>() > INT64_MAX ? INT64_MAX : found->get<std::int64_t>();
  if (value < kShortest) return wrong(name, "is too small");
  if (value > kLongest) return wrong(name, "is too large");
  return std::optional(value);
}

Result<std::optional<bool>> flag_in(const json& body, std::string_view name) {
  const auto found = body.find(name);
  if (found == body.end()) return std::optional<bool>();
  if (!found->is_boolean()) return wrong(name, "is not a boolean");
  return std::optional(found->get<bool>());
}

// Words between spaces, each once.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (true) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    const std::size_t end = std::min(text.find_first_of(" \t\r\n"), text.size());
    std::string word(text.substr(0, end));
    text.remove_prefix(end);
    if (std::ranges::find(words, word) == words.end()) words.push_back(std::move(word));
  }
}

Result<void> read_unique(const json& body, Wanted& wanted) {
  const auto found = body.find("unique");
  if (found == body.end()) return {};
  if (!found->is_array()) return wrong("unique", "is not an array");
  for (const json& each : *found) {
    const std::string name = each.is_string() ? each.get<std::string>() : std::string();
    if (name != "name" && name != "slug" && name != "tags" && name != "timeout" && name != "grace")
      return wrong("unique", "has unexpected value");
    wanted.unique.push_back(name);
  }
  return {};
}

Result<void> read_schedule(const json& body, Wanted& wanted) {
  wanted.schedule = TRY(text_in(body, "schedule", 100));
  wanted.zone = TRY(text_in(body, "tz", 64));
  if (wanted.zone) wanted.zone = zone_of_today(*wanted.zone);
  if (wanted.schedule && !TimeSlots::parse(*wanted.schedule))
    return wrong("schedule", "is not a valid cron or OnCalendar expression");
  if (wanted.zone && !TimeZone::load(*wanted.zone)) return wrong("tz", "is not a valid timezone");
  return {};
}

// Mails are no pings here; a filter of them would do nothing.
Result<void> refuse_mail_filters(const json& body) {
  for (const char* name : {"filter_subject", "filter_body"}) {
    const auto flag = TRY(flag_in(body, name));
    if (flag.value_or(false)) return wrong(name, "is not supported: mails are no pings here");
  }
  for (const char* name : {"subject", "subject_fail"}) {
    const auto text = TRY(text_in(body, name, 200));
    if (!text.value_or("").empty()) return wrong(name, "is not supported: mails are no pings here");
  }
  return {};
}

Result<Wanted> wanted_of(const json& body) {
  Wanted wanted;
  for (const auto& [name, value] : body.items()) {
    if (value.is_null()) return wrong(name, "is null");
  }
  wanted.name = TRY(text_in(body, "name", 100));
  wanted.slug = TRY(text_in(body, "slug", 100));
  if (wanted.slug && !wanted.slug->empty() && !is_slug(*wanted.slug)) return wrong("slug", "does not match pattern");
  const auto tags = TRY(text_in(body, "tags", 500));
  if (tags) wanted.tags = words_of(*tags);
  wanted.desc = TRY(text_in(body, "desc", 10'000));
  wanted.timeout = TRY(seconds_in(body, "timeout"));
  wanted.grace = TRY(seconds_in(body, "grace"));
  TRY(read_schedule(body, wanted));
  wanted.manual_resume = TRY(flag_in(body, "manual_resume"));
  const auto methods = TRY(text_in(body, "methods", 10));
  if (methods && !methods->empty() && *methods != "POST") return wrong("methods", "has unexpected value");
  if (methods) wanted.post_only = *methods == "POST";
  wanted.start_words = TRY(text_in(body, "start_kw", 200));
  wanted.success_words = TRY(text_in(body, "success_kw", 200));
  wanted.fail_words = TRY(text_in(body, "failure_kw", 200));
  wanted.filter_body = TRY(flag_in(body, "filter_http_body"));
  wanted.filter_default_fail = TRY(flag_in(body, "filter_default_fail"));
  wanted.channels = TRY(text_in(body, "channels", 10'000));
  TRY(refuse_mail_filters(body));
  TRY(read_unique(body, wanted));
  return wanted;
}

// "*", nothing, or ids and names of recipients, each of which stands once.
Result<void> check_channels(Snapshot& snapshot, const PingServices& services, WorkspaceId workspace,
                            const std::optional<std::string>& channels) {
  if (!channels || channels->empty() || *channels == "*") return {};
  const auto recipients = TRY(services.recipients.list(snapshot, workspace));
  std::string_view rest = *channels;
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string wanted(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    const auto fits = std::ranges::count_if(
        recipients, [&](const Recipient& each) { return each.id.text() == wanted || each.name == wanted; });
    if (fits == 0) return wrong("channels", fmt::format("invalid channel identifier: {}", cut(harmless(wanted), 80)));
    if (fits > 1) return wrong("channels", fmt::format("non-unique channel identifier: {}", cut(harmless(wanted), 80)));
  }
  return {};
}

GivenField number_field(std::int64_t value) {
  GivenField field;
  field.form = GivenField::Form::number;
  field.number = value;
  return field;
}
GivenField flag_field(bool value) {
  GivenField field;
  field.form = GivenField::Form::flag;
  field.flag = value;
  return field;
}

std::shared_ptr<const GivenFields> fields_of(const Wanted& wanted) {
  const auto fields = std::make_shared<GivenFields>();
  if (wanted.timeout) fields->set("period_seconds", number_field(*wanted.timeout));
  if (wanted.grace) fields->set("grace_seconds", number_field(*wanted.grace));
  if (wanted.schedule) {
    fields->text("schedule", *wanted.schedule);
  } else if (wanted.timeout) {
    fields->text("schedule", "");
  }
  const auto text = [&](std::string_view name, const std::optional<std::string>& value) {
    if (value) fields->text(name, *value);
  };
  text("zone", wanted.zone);
  text("start_words", wanted.start_words);
  text("success_words", wanted.success_words);
  text("fail_words", wanted.fail_words);
  const auto flag = [&](std::string_view name, const std::optional<bool>& value) {
    if (value) fields->set(name, flag_field(*value));
  };
  flag("manual_resume", wanted.manual_resume);
  flag("post_only", wanted.post_only);
  flag("filter_body", wanted.filter_body);
  flag("filter_default_fail", wanted.filter_default_fail);
  return fields;
}

// Version 3 leaves the slug alone, the others derive it from the name.
std::optional<std::string> slug_for(const Wanted& wanted, Api api) {
  if (wanted.slug || api == Api::v3 || !wanted.name) return wanted.slug;
  return slug_of(*wanted.name);
}

// Names of ours are shorter, and never empty.
std::string name_for(const std::string& name, const std::string& slug) {
  if (name.find_first_not_of(' ') == std::string::npos) return slug.empty() ? "unnamed" : slug.substr(0, kNameOfOurs);
  std::string cut_name = name;
  while (length_in_characters(cut_name) > kNameOfOurs) cut_name = cut(cut_name, cut_name.size() - 1);
  return cut_name;
}

// Whether it is a check that all of `unique` names fit.
bool fits_unique(const Wanted& wanted, const Monitor& monitor, const Subject& subject) {
  if (monitor.kind != kPushKind || !monitor.ping) return false;
  auto tags = wanted.tags.value_or(std::vector<std::string>());
  std::ranges::sort(tags);
  const PingSettings settings = ping_settings(monitor.fields);
  return std::ranges::all_of(wanted.unique, [&](const std::string& each) {
    if (each == "name") return subject.name == name_for(wanted.name.value_or(""), wanted.slug.value_or(""));
    if (each == "slug") return monitor.ping->slug == wanted.slug.value_or("");
    if (each == "tags") return subject.tags == tags;
    if (each == "timeout") return settings.period.count() == wanted.timeout.value_or(86'400);
    return settings.grace.count() == wanted.grace.value_or(3'600);
  });
}

struct Unique {
  MonitorId id;
  std::string slug;
};

// The check that `unique` means; nothing: there is none. Of those that memory does not have yet, because they were made by
// others in the same commit, the rows are asked.
Result<std::optional<Unique>> find_unique(Transaction& tx, const PingServices& services, const Caller& caller,
                                          const Wanted& wanted) {
  std::optional<Unique> found;
  if (wanted.unique.empty()) return found;
  for (const LiveMonitor& live : services.directory.list(caller.workspace())) {
    if (!fits_unique(wanted, live.monitor, *live.row)) continue;
    found = Unique{live.monitor.id, live.monitor.ping->slug};
    return found;
  }
  const auto subjects = TRY(services.subjects.list(tx, caller.workspace()));
  for (const Subject& subject : subjects) {
    const MonitorId id = MonitorId::of(subject.id);
    if (subject.kind != SubjectKind::monitor || services.directory.find(caller.workspace(), id)) continue;
    const auto row = services.monitors.find(tx, caller.actor, id);
    if (!row || !fits_unique(wanted, row->monitor, row->subject)) continue;
    found = Unique{id, row->monitor.ping->slug};
    return found;
  }
  return found;
}

// Submits the closure and answers after the commit with what it returns, from the writer thread.
using Then = std::function<Reply()>;
Result<Reply> write_then(Context& ctx, std::function<Result<Then>(Transaction&)> work) {
  struct Parked {
    Exchange exchange;
    Then then;
  };
  const auto parked = std::make_shared<Parked>(Parked{ctx.park(), {}});
  ctx.of<PingServices>().stores.submit(
      Urgency::at_once,
      [parked, work = std::move(work)](Transaction& tx) -> Result<void> {
        parked->then = TRY(work(tx));
        return {};
      },
      [parked](const Result<void>& committed) {
        parked->exchange.send(committed ? parked->then() : refusal_of(committed.error()));
      });
  return Reply::answered_later();
}

// The check as it is after the commit.
Then shown(const PingServices& services, const Caller& caller, MonitorId id, int status) {
  return [&services, caller, id, status] {
    const auto live = services.directory.find(caller.workspace(), id);
    return live ? json_reply(status, check_view(services, caller, *live)) : refusal(404, "not found");
  };
}

MonitorChange change_of(const Wanted& wanted, Api api, const std::string& slug_before) {
  MonitorChange change;
  change.settings.slug = slug_for(wanted, api);
  if (wanted.name) change.name = name_for(*wanted.name, change.settings.slug.value_or(slug_before));
  change.notes = wanted.desc;
  change.tags = wanted.tags;
  change.settings.fields = fields_of(wanted);
  return change;
}

Result<Reply> update(Context& ctx, const Caller& caller, const LiveMonitor& live, const Wanted& wanted) {
  const PingServices& services = ctx.of<PingServices>();
  const MonitorChange change = change_of(wanted, caller.api, live.monitor.ping->slug);
  return write_then(ctx, [&services, caller, wanted, change, id = live.monitor.id](Transaction& tx) -> Result<Then> {
    TRY(check_channels(tx, services, caller.workspace(), wanted.channels));
    TRY(services.monitors.change(tx, caller.actor, id, change));
    return shown(services, caller, id, 200);
  });
}

}  // namespace

Result<Reply> create_check(Context& ctx, const Caller& caller, const json& body) {
  const auto wanted = wanted_of(body);
  if (!wanted) return refusal_of(wanted.error());
  const PingServices& services = ctx.of<PingServices>();
  NewMonitor made;
  made.check = kPushKind;
  const std::string slug = slug_for(*wanted, caller.api).value_or("");
  made.settings.slug = slug;
  made.name = name_for(wanted->name.value_or(""), slug);
  made.notes = wanted->desc.value_or("");
  made.tags = wanted->tags.value_or(std::vector<std::string>());
  made.settings.fields = fields_of(*wanted);
  return write_then(ctx, [&services, caller, made, wanted = *wanted](Transaction& tx) -> Result<Then> {
    TRY(check_channels(tx, services, caller.workspace(), wanted.channels));
    const auto known = TRY(find_unique(tx, services, caller, wanted));
    if (known) {
      TRY(services.monitors.change(tx, caller.actor, known->id, change_of(wanted, caller.api, known->slug)));
      return shown(services, caller, known->id, 200);
    }
    const MonitorAndSubject added = TRY(services.monitors.add(tx, caller.actor, made));
    return shown(services, caller, added.monitor.id, 201);
  });
}

Result<Reply> update_check(Context& ctx, const Caller& caller, const LiveMonitor& live, const json& body) {
  const auto wanted = wanted_of(body);
  if (!wanted) return refusal_of(wanted.error());
  return update(ctx, caller, live, *wanted);
}

Result<Reply> delete_check(Context& ctx, const Caller& caller, const LiveMonitor& live) {
  const PingServices& services = ctx.of<PingServices>();
  const std::string last = dump(check_view(services, caller, live));
  return write_then(ctx, [&services, caller, last, id = live.monitor.id](Transaction& tx) -> Result<Then> {
    TRY(services.monitors.remove(tx, caller.actor, id));
    return Then([last] { return Reply{.status = 200, .content_type = "application/json", .body = last}; });
  });
}

Result<Reply> pause_check(Context& ctx, const Caller& caller, const LiveMonitor& live) {
  const PingServices& services = ctx.of<PingServices>();
  return write_then(ctx, [&services, caller, id = live.monitor.id](Transaction& tx) -> Result<Then> {
    MonitorChange change;
    change.paused = true;
    TRY(services.monitors.change(tx, caller.actor, id, change));
    return shown(services, caller, id, 200);
  });
}

Result<Reply> resume_check(Context& ctx, const Caller& caller, const LiveMonitor& live) {
  if (!live.row->paused_at.is_set()) return text_reply(409, "check is not paused");
  const PingServices& services = ctx.of<PingServices>();
  return write_then(ctx, [&services, caller, id = live.monitor.id](Transaction& tx) -> Result<Then> {
    MonitorChange change;
    change.paused = false;
    TRY(services.monitors.change(tx, caller.actor, id, change));
    return shown(services, caller, id, 200);
  });
}

}  // namespace connlog::web::monitors::hc
