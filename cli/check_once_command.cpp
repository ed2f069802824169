// `connlog check-once KIND name=value …`: one check of a service from this machine, as a monitor would make it, without an
// appliance and without a database. Who has a shell here reaches private networks and loopback anyway, so these are
// allowed; link-local addresses, the places where clouds keep credentials and connlog's own listeners are not, as
// everywhere. Main thread only.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "cli/appliance_settings.h"
#include "cli/commands.h"
#include "core/checks/check.h"
#include "core/checks/check_runtime.h"
#include "core/net/address_range.h"

namespace connlog {
namespace {

constexpr int kUnknown = 3;
constexpr std::size_t kFileBytesMax = 64 * 1024;

constexpr std::string_view kNetworks[] = {"10.0.0.0/8",  "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10",
                                          "127.0.0.0/8", "::1/128",       "fc00::/7"};

std::shared_ptr<const ReachScope> scope_of_a_shell() {
  auto scope = std::make_shared<ReachScope>();
  for (const std::string_view text : kNetworks) {
    AddressRange range;
    if (parse_address_range(text, range)) scope->networks.push_back(range);
  }
  return scope;
}

Result<std::string> text_of(std::string_view value, const std::string& field) {
  if (!value.starts_with('@')) return std::string(value);
  std::ifstream file(std::string(value.substr(1)), std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  std::string content = std::move(text).str();
  if (!file || content.size() > kFileBytesMax)
    return invalid(field, fmt::format("The file {} cannot be read, or is longer than 64 KiB.", value.substr(1)));
  return content;
}

// As a client of the API would give it, by what the field is.
Result<GivenField> given_of(const Field& field, std::string_view value) {
  const std::string name = fmt::format("fields.{}", field.name);
  const std::string text = TRY(text_of(value, name));
  GivenField given;
  if (field.type == FieldType::number) {
    const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), given.number);
    if (trouble != std::errc{} || end != text.data() + text.size())
      return invalid(name, fmt::format("\"{}\" is not a whole number.", text));
    given.form = GivenField::Form::number;
  } else if (field.type == FieldType::flag) {
    if (text != "true" && text != "false") return invalid(name, "This must be true or false.");
    given.form = GivenField::Form::flag;
    given.flag = text == "true";
  } else {
    given.form = GivenField::Form::text;
    given.text = Secret(text);
  }
  return given;
}

Result<GivenFields> given_fields(const CheckKind& kind, const std::vector<std::string>& words) {
  GivenFields given;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    const std::string_view name = std::string_view(word).substr(0, equals);
    const Field* known = nullptr;
    std::vector<std::string_view> names;
    for (const Field& field : kind.fields) {
      names.push_back(field.name);
      if (field.name == name) known = &field;
    }
    if (equals == std::string::npos || known == nullptr) {
      return invalid(std::string(name), fmt::format("\"{}\" is not a field of the kind {} with its value. Its fields: {}.",
                                                    word, kind.word, fmt::join(names, ", ")));
    }
    GivenField field = TRY(given_of(*known, std::string_view(word).substr(equals + 1)));
    given.set(name, std::move(field));
  }
  return given;
}

Result<std::shared_ptr<const CheckSpec>> spec_of(const CommandLine& line) {
  const CheckKind* kind = all_checks().find(line.check_kind);
  if (kind == nullptr || kind->begin == nullptr) {
    std::vector<std::string_view> words;
    for (const CheckKind* each : all_checks().kinds()) {
      if (each->begin != nullptr) words.push_back(each->word);
    }
    return invalid("kind", fmt::format("There is no kind of check \"{}\" that can be made. There are: {}.",
                                       line.check_kind, fmt::join(words, ", ")));
  }
  const GivenFields given = TRY(given_fields(*kind, line.check_fields));
  CheckedFields checked = TRY(check_fields(kind->fields, given, {}));
  if (kind->check != nullptr) TRY(kind->check(checked.values, checked.secrets));
  auto spec = std::make_shared<CheckSpec>();
  spec->kind = line.check_kind;
  spec->values = std::move(checked.values);
  spec->secrets = std::move(checked.secrets);
  spec->time_limit = milliseconds(line.check_limit_ms);
  spec->certificate_days = line.check_certificate_days;
  spec->invert = line.check_inverted;
  spec->scope = scope_of_a_shell();
  return std::shared_ptr<const CheckSpec>(std::move(spec));
}

struct NamedPhase {
  std::string_view name;
  microseconds length;
};
std::vector<NamedPhase> phases_of(const CheckResult& result) {
  std::vector<NamedPhase> out;
  const CheckPhases& phases = result.phases;
  for (const NamedPhase& phase : {NamedPhase{"dns", phases.dns}, NamedPhase{"connect", phases.connect},
                                  NamedPhase{"tls", phases.tls}, NamedPhase{"first_byte", phases.first_byte},
                                  NamedPhase{"total", phases.total}}) {
    if (phase.length.count() >= 0) out.push_back(phase);
  }
  return out;
}

std::string_view name_of(CheckMeasure measure) {
  switch (measure) {
    case CheckMeasure::certificate_days:
      return "certificate_days";
    case CheckMeasure::packet_loss:
      return "packet_loss_percent_x100";
    case CheckMeasure::clock_offset:
      return "clock_offset_us";
    case CheckMeasure::stratum:
      return "stratum";
    case CheckMeasure::http_status:
      return "http_status";
  }
  return {};
}

std::string place_of(const CheckResult& result) {
  if (!result.address) return {};
  if (result.port == 0) return to_text(*result.address);
  return result.address->v6 ? fmt::format("[{}]:{}", to_text(*result.address), result.port)
                            : fmt::format("{}:{}", to_text(*result.address), result.port);
}

void print_json(const CheckResult& result) {
  nlohmann::ordered_json out = {{"verdict", to_text(result.verdict)},
                                {"reason", to_text(result.reason)},
                                {"text", result.text},
                                {"address", place_of(result)}};
  nlohmann::ordered_json phases = nlohmann::ordered_json::object(), values = nlohmann::ordered_json::object();
  for (const NamedPhase& phase : phases_of(result)) phases[std::string(phase.name) + "_us"] = phase.length.count();
  for (const CheckValue& value : result.values) values[std::string(name_of(value.measure))] = value.value;
  out["phases"] = std::move(phases);
  out["values"] = std::move(values);
  std::printf("%s\n", out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace).c_str());
}

void print_lines(const CheckResult& result) {
  std::string out = fmt::format("verdict  {}\nreason   {}\ntext     {}\n", to_text(result.verdict),
                                to_text(result.reason), result.text);
  if (const std::string place = place_of(result); !place.empty()) out += fmt::format("address  {}\n", place);
  std::string phases;
  for (const NamedPhase& phase : phases_of(result)) {
    phases += fmt::format("{}{} {}.{:03} ms", phases.empty() ? "" : ", ", phase.name, phase.length.count() / 1'000,
                          phase.length.count() % 1'000);
  }
  if (!phases.empty()) out += fmt::format("phases   {}\n", phases);
  for (const CheckValue& value : result.values) out += fmt::format("value    {} {}\n", name_of(value.measure), value.value);
  std::fputs(out.c_str(), stdout);
}

int exit_code_of(CheckVerdict verdict) {
  switch (verdict) {
    case CheckVerdict::up:
      return 0;
    case CheckVerdict::down:
      return 1;
    case CheckVerdict::degraded:
      return 2;
    case CheckVerdict::unknown:
      break;
  }
  return kUnknown;
}

int refuse(const Error& error) {
  std::fprintf(stderr, "connlog: %s\n", error.message.c_str());
  return kUnknown;
}

}  // namespace

int check_once_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random) {
  const auto outbound = outbound_of(settings);
  if (!outbound) return refuse(outbound.error());
  const auto spec = spec_of(line);
  if (!spec) return refuse(spec.error());
  CheckRuntime runtime({*outbound, clock, random});
  std::optional<CheckResult> result;
  const auto running = run_check(runtime, *spec, [&result](CheckResult told) { result = std::move(told); });
  // The runtime ends what does not end by itself.
  while (!result) runtime.poll(milliseconds(100));
  if (line.as_json) {
    print_json(*result);
  } else {
    print_lines(*result);
  }
  return exit_code_of(result->verdict);
}

}  // namespace connlog
