#include "tests/support/one_check.h"

#include <optional>

#include "tests/support/give_up.h"
#include "tests/support/seeded_random.h"

namespace connlog::test {
namespace {

AddressRange range(std::string_view text) {
  AddressRange out;
  if (!parse_address_range(text, out)) give_up("no range: " + std::string(text));
  return out;
}

GivenFields given_of(const std::vector<std::pair<std::string, FieldValue>>& values) {
  GivenFields given;
  for (const auto& [name, value] : values) {
    GivenField field;
    if (const auto* text = std::get_if<std::string>(&value)) {
      field.form = GivenField::Form::text;
      field.text = Secret(*text);
    } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
      field.form = GivenField::Form::number;
      field.number = *number;
    } else {
      field.form = GivenField::Form::flag;
      field.flag = std::get<bool>(value);
    }
    given.set(name, std::move(field));
  }
  return given;
}

}  // namespace

std::shared_ptr<const ReachScope> loopback_scope() {
  static const auto scope = std::make_shared<const ReachScope>(
      ReachScope{.is_public_allowed = true, .networks = {range("127.0.0.0/8"), range("::1/128")}, .ports = {}});
  return scope;
}

std::shared_ptr<CheckSpec> spec_of(std::string kind, std::vector<std::pair<std::string, FieldValue>> values,
                                   std::vector<std::pair<std::string, std::string>> secrets) {
  auto spec = std::make_shared<CheckSpec>();
  spec->kind = std::move(kind);
  for (auto& [name, value] : values) spec->values.set(name, std::move(value));
  for (auto& [name, value] : secrets) spec->secrets.set(name, Secret(value));
  spec->scope = loopback_scope();
  return spec;
}

CheckResult one_check(std::shared_ptr<const CheckSpec> spec, const OneCheckOptions& options) {
  const SystemClock clock;
  SeededRandom random;
  const bool plausible = options.clock_is_plausible;
  CheckRuntime runtime({options.outbound, clock, random, [plausible] { return plausible; }});
  std::optional<CheckResult> result;
  const auto running = run_check(runtime, std::move(spec), [&result](CheckResult told) { result = std::move(told); });
  if (!turn_until(runtime, [&result] { return result.has_value(); }, options.give_up)) give_up("a check did not end");
  return std::move(*result);
}

std::shared_ptr<CheckSpec> checked_spec(const std::string& kind,
                                        const std::vector<std::pair<std::string, FieldValue>>& values) {
  const CheckKind* row = all_checks().find(kind);
  if (row == nullptr) give_up("there is no kind of check " + kind);
  auto checked = check_fields(row->fields, given_of(values), {});
  if (!checked) give_up(checked.error().field + ": " + checked.error().message);
  auto spec = std::make_shared<CheckSpec>();
  spec->kind = kind;
  spec->values = std::move(checked->values);
  spec->secrets = std::move(checked->secrets);
  spec->scope = loopback_scope();
  return spec;
}

CheckResult one_check(const std::string& kind, std::vector<std::pair<std::string, FieldValue>> values,
                      const OneCheckOptions& options) {
  return one_check(checked_spec(kind, values), options);
}

bool turn_until(CheckRuntime& runtime, const std::function<bool()>& is_done, milliseconds limit) {
  const SystemClock clock;
  const Monotonic until = clock.monotonic() + limit;
  while (!is_done()) {
    if (clock.monotonic() >= until) return false;
    runtime.poll(milliseconds(50));
  }
  return true;
}

}  // namespace connlog::test
