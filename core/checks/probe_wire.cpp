#include "core/checks/probe_wire.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/text.h"

namespace connlog {
namespace {

using nlohmann::json;

constexpr std::size_t kListMax = 256;
constexpr std::size_t kWordMax = 64;
constexpr std::int64_t kRateMax = 6'000;
constexpr std::int64_t kHour = 3'600'000'000;  // microseconds: no phase is longer

Error malformed(std::string_view what) {
  return invalid(std::string(what), "This is not what the protocol of probes says (docs/agent-protocol.md, probes).");
}

std::string dumped(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

// ---- reading

Result<std::int64_t> number_of(const json& object, const char* name, std::int64_t lowest, std::int64_t highest,
                               std::int64_t otherwise) {
  const auto found = object.find(name);
  if (found == object.end()) return otherwise;
  if (!found->is_number_integer()) return malformed(name);
  const bool is_huge = found->is_number_unsigned() && found->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX);
  const std::int64_t value = is_huge ? INT64_MAX : found->get<std::int64_t>();
  if (value < lowest || value > highest) return malformed(name);
  return value;
}

Result<std::string> text_of(const json& object, const char* name, std::size_t bytes_max) {
  const auto found = object.find(name);
  if (found == object.end()) return std::string();
  if (!found->is_string()) return malformed(name);
  std::string text = found->get<std::string>();
  if (text.size() > bytes_max) return malformed(name);
  return text;
}

Result<std::vector<std::string>> words_of(const json& object, const char* name) {
  std::vector<std::string> words;
  const auto found = object.find(name);
  if (found == object.end()) return words;
  if (!found->is_array() || found->size() > kListMax) return malformed(name);
  for (const json& item : *found) {
    if (!item.is_string() || item.get_ref<const std::string&>().size() > kWordMax) return malformed(name);
    words.push_back(item.get<std::string>());
  }
  return words;
}

Result<Uuid> monitor_of(const json& object) {
  const std::string text = TRY(text_of(object, "monitor", kWordMax));
  Uuid id;
  if (!parse_uuid(text, id)) return malformed("monitor");
  return id;
}

json parsed(std::string_view body) {
  // Depth is bounded by hand: nothing here nests deeper than four.
  return json::parse(
      body.begin(), body.end(),
      [](int depth, json::parse_event_t, const json&) { return depth <= 8; }, false);
}

// ---- phases and values, by name

struct PhaseName {
  const char* name;
  microseconds CheckPhases::* member;
};
constexpr PhaseName kPhases[] = {{"dns", &CheckPhases::dns},
                                 {"connect", &CheckPhases::connect},
                                 {"tls", &CheckPhases::tls},
                                 {"first_byte", &CheckPhases::first_byte},
                                 {"total", &CheckPhases::total}};

struct MeasureName {
  const char* name;
  CheckMeasure measure;
  std::int64_t lowest, highest;
};
constexpr MeasureName kMeasures[] = {{"certificate_days", CheckMeasure::certificate_days, -36'500, 36'500},
                                     {"packet_loss", CheckMeasure::packet_loss, 0, 10'000},
                                     {"clock_offset", CheckMeasure::clock_offset, -kHour, kHour},
                                     {"stratum", CheckMeasure::stratum, 0, 255},
                                     {"http_status", CheckMeasure::http_status, 0, 999}};

json rendered(const CheckResult& result) {
  json out = {{"verdict", to_text(result.verdict)}, {"reason", to_text(result.reason)}, {"text", result.text}};
  json phases = json::object();
  for (const PhaseName& phase : kPhases) {
    const microseconds took = result.phases.*phase.member;
    if (took.count() >= 0) phases[phase.name] = took.count();
  }
  out["phases"] = std::move(phases);
  if (result.address) {
    out["address"] = to_text(*result.address);
    out["port"] = result.port;
  }
  json values = json::object();
  for (const CheckValue& value : result.values) {
    for (const MeasureName& name : kMeasures) {
      if (name.measure == value.measure) values[name.name] = std::clamp(value.value, name.lowest, name.highest);
    }
  }
  out["values"] = std::move(values);
  return out;
}

Result<CheckResult> result_of(const json& object) {
  CheckResult result;
  const std::string verdict = TRY(text_of(object, "verdict", kWordMax));
  const std::string reason = TRY(text_of(object, "reason", kWordMax));
  const std::string text = TRY(text_of(object, "text", 4 * kCheckTextBytes));
  const auto known_verdict = parse_word<CheckVerdict>(verdict);
  const auto known_reason = parse_word<CheckReason>(reason);
  if (!known_verdict) return malformed("verdict");
  if (!known_reason) return malformed("reason");
  result.verdict = *known_verdict;
  result.reason = *known_reason;
  result.text = cut(harmless(text), kCheckTextBytes);
  if (const auto phases = object.find("phases"); phases != object.end()) {
    if (!phases->is_object()) return malformed("phases");
    for (const PhaseName& phase : kPhases) {
      const std::int64_t took = TRY(number_of(*phases, phase.name, 0, kHour, -1));
      result.phases.*phase.member = microseconds(took);
    }
  }
  const std::string address = TRY(text_of(object, "address", kWordMax));
  if (!address.empty()) {
    IpAddress ip;
    if (!parse_ip(address, ip)) return malformed("address");
    result.address = ip;
    const std::int64_t port = TRY(number_of(object, "port", 0, 65'535, 0));
    result.port = static_cast<std::uint16_t>(port);
  }
  if (const auto values = object.find("values"); values != object.end()) {
    if (!values->is_object()) return malformed("values");
    for (const MeasureName& name : kMeasures) {
      if (!values->contains(name.name)) continue;
      const std::int64_t value = TRY(number_of(*values, name.name, name.lowest, name.highest, 0));
      result.values.push_back({name.measure, value});
    }
  }
  return result;
}

Result<ProbeOffer> offer_of(const json& object) {
  ProbeOffer offer;
  offer.kinds = TRY(words_of(object, "kinds"));
  offer.networks = TRY(words_of(object, "networks"));
  offer.rate = TRY(number_of(object, "rate", 1, kRateMax, 60));
  if (const auto ports = object.find("ports"); ports != object.end()) {
    if (!ports->is_array() || ports->size() > kListMax) return malformed("ports");
    for (const json& port : *ports) {
      if (!port.is_number_unsigned() || port.get<std::uint64_t>() == 0 || port.get<std::uint64_t>() > 65'535)
        return malformed("ports");
      offer.ports.push_back(port.get<std::int64_t>());
    }
  }
  AddressRange range;
  for (const std::string& network : offer.networks) {
    if (!parse_address_range(network, range)) return malformed("networks");
  }
  return offer;
}

Result<std::shared_ptr<const CheckSpec>> spec_of(const json& object) {
  auto spec = std::make_shared<CheckSpec>();
  spec->kind = TRY(text_of(object, "kind", kWordMax));
  if (const auto fields = object.find("fields"); fields != object.end()) {
    if (!fields->is_object()) return malformed("fields");
    spec->values = from_stored(dumped(*fields));
  }
  if (const auto secrets = object.find("secrets"); secrets != object.end()) {
    if (!secrets->is_object()) return malformed("secrets");
    for (const auto& [name, value] : secrets->items()) {
      if (!value.is_string()) return malformed("secrets");
      spec->secrets.set(name, Secret(value.get<std::string>()));
    }
  }
  const std::int64_t time_limit = TRY(number_of(object, "time_limit_ms", 100, 60'000, 10'000));
  const std::int64_t slow_after = TRY(number_of(object, "slow_after_ms", 0, 60'000, 0));
  spec->time_limit = milliseconds(time_limit);
  spec->slow_after = milliseconds(slow_after);
  spec->certificate_days = TRY(number_of(object, "certificate_days", 0, 36'500, 0));
  if (const auto invert = object.find("invert"); invert != object.end()) {
    if (!invert->is_boolean()) return malformed("invert");
    spec->invert = invert->get<bool>();
  }
  return std::shared_ptr<const CheckSpec>(std::move(spec));
}

}  // namespace

std::string render_probe_report(const ProbeReport& report) {
  json results = json::array();
  for (const ProbeReport::Entry& entry : report.results) {
    json item = rendered(entry.result);
    item["monitor"] = to_text(entry.monitor);
    item["age_ms"] = entry.age.count();
    results.push_back(std::move(item));
  }
  return dumped({{"version", report.version},
                 {"offer",
                  {{"kinds", report.offer.kinds},
                   {"networks", report.offer.networks},
                   {"ports", report.offer.ports},
                   {"rate", report.offer.rate}}},
                 {"results", std::move(results)}});
}

Result<ProbeReport> parse_probe_report(std::string_view body) {
  if (body.size() > kProbeRequestBytesMax) return malformed("body");
  const json object = parsed(body);
  if (!object.is_object()) return malformed("body");
  ProbeReport report;
  report.version = TRY(number_of(object, "version", 0, INT64_MAX, 0));
  const auto offer = object.find("offer");
  if (offer == object.end() || !offer->is_object()) return malformed("offer");
  report.offer = TRY(offer_of(*offer));
  const auto results = object.find("results");
  if (results == object.end()) return report;
  if (!results->is_array() || results->size() > kProbeResultsMax) return malformed("results");
  for (const json& item : *results) {
    if (!item.is_object()) return malformed("results");
    ProbeReport::Entry entry;
    entry.monitor = TRY(monitor_of(item));
    const std::int64_t age = TRY(number_of(item, "age_ms", 0, INT64_MAX / 2'000, 0));
    entry.age = milliseconds(age);
    entry.result = TRY(result_of(item));
    report.results.push_back(std::move(entry));
  }
  return report;
}

std::string render_probe_order(const ProbeOrder& order) {
  json out = {{"ok", true}, {"version", order.version}, {"ask_again_seconds", order.ask_again_seconds}};
  if (order.has_checks) {
    json checks = json::array();
    for (const ProbeOrder::Check& check : order.checks) {
      json secrets = json::object();
      for (const auto& [name, secret] : check.spec->secrets.entries()) secrets[name] = std::string(secret.reveal());
      checks.push_back({{"monitor", to_text(check.monitor)},
                        {"interval_seconds", check.interval.count()},
                        {"kind", check.spec->kind},
                        {"fields", json::parse(to_stored(check.spec->values))},
                        {"secrets", std::move(secrets)},
                        {"time_limit_ms", check.spec->time_limit.count()},
                        {"slow_after_ms", check.spec->slow_after.count()},
                        {"certificate_days", check.spec->certificate_days},
                        {"invert", check.spec->invert}});
    }
    out["checks"] = std::move(checks);
  }
  return dumped(out);
}

Result<ProbeOrder> parse_probe_order(std::string_view body) {
  const json object = parsed(body);
  if (!object.is_object()) return malformed("body");
  ProbeOrder order;
  order.version = TRY(number_of(object, "version", 0, INT64_MAX, 0));
  order.ask_again_seconds = TRY(number_of(object, "ask_again_seconds", 1, 3'600, 10));
  const auto checks = object.find("checks");
  if (checks == object.end()) return order;
  if (!checks->is_array() || checks->size() > kProbeChecksMax) return malformed("checks");
  order.has_checks = true;
  for (const json& item : *checks) {
    if (!item.is_object()) return malformed("checks");
    ProbeOrder::Check check;
    check.monitor = TRY(monitor_of(item));
    const std::int64_t interval = TRY(number_of(item, "interval_seconds", 5, 86'400, 60));
    check.interval = seconds(interval);
    check.spec = TRY(spec_of(item));
    order.checks.push_back(std::move(check));
  }
  return order;
}

std::string render_unknown_monitors(const std::vector<Uuid>& monitors) {
  json ids = json::array();
  for (const Uuid& monitor : monitors) ids.push_back(to_text(monitor));
  return dumped({{"ok", false}, {"error", "UNKNOWN_MONITOR"}, {"monitors", std::move(ids)}});
}

}  // namespace connlog
