// What the tests of the kinds of checks share: a spec as the service would make it from what people gave. One thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/support/give_up.h"
#include "tests/support/one_check.h"
#include "tests/support/outside.h"

namespace connlog::test {

using GivenValues = std::vector<std::pair<std::string, FieldValue>>;

inline Result<CheckedFields> checked_values(const std::string& kind, const GivenValues& values) {
  const CheckKind* row = all_checks().find(kind);
  if (row == nullptr) give_up("there is no kind of check " + kind);
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
  CheckedFields checked = TRY(check_fields(row->fields, given, {}));
  if (row->check != nullptr) TRY(row->check(checked.values, checked.secrets));
  return checked;
}

// The field that refuses these values; empty: they are good.
inline std::string refused_field(const std::string& kind, const GivenValues& values) {
  const auto checked = checked_values(kind, values);
  return checked ? std::string() : checked.error().field;
}

inline std::shared_ptr<CheckSpec> spec_for(const std::string& kind, const GivenValues& values) {
  auto checked = checked_values(kind, values);
  if (!checked) give_up(checked.error().field + ": " + checked.error().message);
  auto spec = std::make_shared<CheckSpec>();
  spec->kind = kind;
  spec->values = std::move(checked->values);
  spec->secrets = std::move(checked->secrets);
  spec->scope = loopback_scope();
  return spec;
}

inline GivenValues with(GivenValues values, const GivenValues& more) {
  values.insert(values.end(), more.begin(), more.end());
  return values;
}

inline bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

inline std::optional<std::int64_t> value_of(const CheckResult& result, CheckMeasure measure) {
  for (const CheckValue& value : result.values) {
    if (value.measure == measure) return value.value;
  }
  return std::nullopt;
}

}  // namespace connlog::test
