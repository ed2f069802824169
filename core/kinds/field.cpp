#include "core/kinds/field.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/net/http_url.h"
#include "core/net/mail_header.h"
#include "core/net/tls_trust.h"

namespace connlog {
namespace {

using nlohmann::json;

constexpr std::int64_t kTextMax = 200;
constexpr std::int64_t kSecretBytesMax = 500;
constexpr std::int64_t kLinesMax = 4'000;
constexpr std::size_t kPemMax = 64 * 1024;
constexpr std::size_t kHintCharacters = 3;
constexpr std::size_t kHintFrom = 12;  // shorter ones show nothing of themselves

std::string field_of(const Field& field) {
  return fmt::format("fields.{}", field.name);
}

Error missing(const Field& field) {
  return invalid(field_of(field), fmt::format("\"{}\" is required.", field.label));
}

Result<void> check_certificate(const Field& field, const std::string& text) {
  if (text.size() > kPemMax) return invalid(field_of(field), "The certificates are longer than 64 KiB.");
  if (text.find('\0') != std::string::npos) return invalid(field_of(field), "This is not a certificate in PEM form.");
  const auto opened = TrustAnchors::open({TlsTrust::Kind::ca_pem, text}, {});
  if (!opened) return invalid(field_of(field), opened.error().message);
  return {};
}

Result<FieldValue> checked_text(const Field& field, std::string_view text) {
  const std::string name = field_of(field), what = fmt::format("\"{}\"", field.label);
  const auto lowest = static_cast<std::size_t>(std::max<std::int64_t>(field.lowest, 1));
  const auto highest = [&](std::int64_t standard) {
    return static_cast<std::size_t>(field.highest > 0 ? field.highest : standard);
  };
  switch (field.type) {
    case FieldType::mail:
      TRY(check_mail_address(text, name));
      return FieldValue(std::string(text));
    case FieldType::url:
      TRY(check_http_url(text, name));
      return FieldValue(std::string(text));
    case FieldType::lines: {
      std::string lines = TRY(some_lines(name, what, text, lowest, highest(kLinesMax)));
      return FieldValue(std::move(lines));
    }
    case FieldType::certificate:
      TRY(check_certificate(field, std::string(text)));
      return FieldValue(std::string(text));
    case FieldType::choice: {
      std::vector<std::string_view> words;
      for (const FieldChoice& choice : field.choices) words.push_back(choice.word);
      if (std::find(words.begin(), words.end(), text) == words.end())
        return invalid(name, fmt::format("This must be one of: {}.", fmt::join(words, ", ")));
      return FieldValue(std::string(text));
    }
    default: {
      std::string line = TRY(one_line(name, what, text, lowest, highest(kTextMax)));
      return FieldValue(std::move(line));
    }
  }
}

Result<FieldValue> checked_value(const Field& field, const GivenField& given) {
  if (field.type == FieldType::number) {
    if (given.form != GivenField::Form::number || given.number < field.lowest || given.number > field.highest)
      return invalid(field_of(field),
                     fmt::format("This must be a whole number from {} to {}.", field.lowest, field.highest));
    return FieldValue(given.number);
  }
  if (field.type == FieldType::flag) {
    if (given.form != GivenField::Form::flag) return invalid(field_of(field), "This must be true or false.");
    return FieldValue(given.flag);
  }
  if (given.form != GivenField::Form::text) return invalid(field_of(field), "This must be a text.");
  return checked_text(field, given.text.reveal());
}

Result<Secret> checked_secret(const Field& field, const GivenField& given) {
  if (given.form != GivenField::Form::text) return invalid(field_of(field), "This must be a text.");
  const std::string_view text = given.text.reveal();
  if (field.type == FieldType::secret_url) {
    TRY(check_http_url(text, field_of(field)));
    return given.text.clone();
  }
  if (field.type == FieldType::secret_lines) {
    const auto most = static_cast<std::size_t>(field.highest > 0 ? field.highest : kLinesMax);
    std::string lines = TRY(some_lines(field_of(field), fmt::format("\"{}\"", field.label), text, 1, most));
    return Secret(std::move(lines));
  }
  const std::int64_t most = field.highest > 0 ? field.highest : kSecretBytesMax;
  if (static_cast<std::int64_t>(text.size()) > most)
    return invalid(field_of(field), fmt::format("At most {} bytes are allowed.", most));
  // It stands in a header or in a body, and is one word there.
  if (!is_utf8(text) || has_control_character(text)) return invalid(field_of(field), "This must be one line.");
  if (!field.spaces && text.find(' ') != std::string_view::npos)
    return invalid(field_of(field), "This must be one word: no spaces and no line breaks.");
  return given.text.clone();
}

bool is_empty(const GivenField& given) {
  return given.form == GivenField::Form::null || (given.form == GivenField::Form::text && given.text.empty());
}

FieldValue default_of(const Field& field) {
  if (field.type == FieldType::flag) return FieldValue(field.default_value == "true");
  if (field.type != FieldType::number) return FieldValue(std::string(field.default_value));
  std::int64_t number = 0;
  std::from_chars(field.default_value.data(), field.default_value.data() + field.default_value.size(), number);
  return FieldValue(number);
}

class Check {
 public:
  Check(const GivenFields& given, const StandingFields& before) : given_(given), before_(before) {
    if (before.values != nullptr) checked_.values = *before.values;
  }

  Result<void> secret(const Field& field) {
    const GivenField* given = given_.find(field.name);
    if (field.made_here) {
      if (given != nullptr)
        return invalid(field_of(field), fmt::format("connlog makes \"{}\" itself. Leave it out.", field.label));
      return {};
    }
    if (given == nullptr) {
      if (field.required && !is_set(field)) return missing(field);
      return {};
    }
    if (is_empty(*given)) {
      if (field.required) return missing(field);
      checked_.forgotten.emplace_back(field.name);
      return {};
    }
    Secret secret = TRY(checked_secret(field, *given));
    checked_.secrets.set(field.name, std::move(secret));
    checked_.moved = checked_.moved || (field.address && before_.values != nullptr);
    return {};
  }

  Result<void> value(const Field& field) {
    const GivenField* given = given_.find(field.name);
    if (given == nullptr || is_empty(*given)) {
      if (given != nullptr) checked_.values.remove(field.name);
      if (checked_.values.find(field.name) == nullptr && !field.default_value.empty())
        checked_.values.set(field.name, default_of(field));
      if (checked_.values.find(field.name) == nullptr && field.required) return missing(field);
    } else {
      FieldValue value = TRY(checked_value(field, *given));
      checked_.values.set(field.name, std::move(value));
    }
    if (!field.address || before_.values == nullptr) return {};
    const FieldValue* was = before_.values->find(field.name);
    const FieldValue* is = checked_.values.find(field.name);
    const bool same = was == nullptr || is == nullptr ? was == is : *was == *is;
    checked_.moved = checked_.moved || !same;
    return {};
  }

  // A secret that was set for the former address does not follow to the new one.
  Result<void> secret_of_former_address(const Field& field) const {
    const bool forgotten =
        std::find(checked_.forgotten.begin(), checked_.forgotten.end(), field.name) != checked_.forgotten.end();
    if (!checked_.moved || !is_set(field) || forgotten || checked_.secrets.has(field.name)) return {};
    return invalid(
        field_of(field),
        fmt::format("The stored \"{}\" belongs to the former address. Enter it again for this one.", field.label));
  }

  CheckedFields take() { return std::move(checked_); }

 private:
  bool is_set(const Field& field) const {
    return std::find(before_.secrets.begin(), before_.secrets.end(), field.name) != before_.secrets.end();
  }

  const GivenFields& given_;
  const StandingFields& before_;
  CheckedFields checked_;
};

}  // namespace

std::string_view to_text(FieldType type) {
  switch (type) {
    case FieldType::text:
      return "text";
    case FieldType::secret:
      return "secret";
    case FieldType::secret_url:
      return "secret_url";
    case FieldType::url:
      return "url";
    case FieldType::mail:
      return "mail";
    case FieldType::number:
      return "number";
    case FieldType::choice:
      return "choice";
    case FieldType::flag:
      return "flag";
    case FieldType::lines:
      return "lines";
    case FieldType::secret_lines:
      return "secret_lines";
    case FieldType::certificate:
      return "certificate";
  }
  return "text";
}

const FieldValue* FieldValues::find(std::string_view name) const {
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : &found->second;
}

std::string FieldValues::text(std::string_view name) const {
  const FieldValue* value = find(name);
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text == nullptr ? std::string() : *text;
}

std::int64_t FieldValues::number(std::string_view name) const {
  const FieldValue* value = find(name);
  const auto* number = value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
  return number == nullptr ? 0 : *number;
}

bool FieldValues::flag(std::string_view name) const {
  const FieldValue* value = find(name);
  const auto* flag = value == nullptr ? nullptr : std::get_if<bool>(value);
  return flag != nullptr && *flag;
}

void FieldValues::remove(std::string_view name) {
  if (const auto found = entries_.find(name); found != entries_.end()) entries_.erase(found);
}

std::string to_stored(const FieldValues& values) {
  json object = json::object();
  for (const auto& [name, value] : values.entries())
    std::visit([&](const auto& plain) { object[name] = plain; }, value);
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

FieldValues from_stored(std::string_view text) {
  FieldValues values;
  const json object = json::parse(text.begin(), text.end(), nullptr, false);
  if (!object.is_object()) return values;
  for (const auto& [name, value] : object.items()) {
    if (value.is_string())
      values.set(name, FieldValue(value.get<std::string>()));
    else if (value.is_boolean())
      values.set(name, FieldValue(value.get<bool>()));
    else if (value.is_number_integer())
      values.set(name, FieldValue(value.get<std::int64_t>()));
  }
  return values;
}

std::string_view FieldSecrets::reveal(std::string_view name) const {
  const auto found = entries_.find(name);
  return found == entries_.end() ? std::string_view() : found->second.reveal();
}

GivenFields& GivenFields::text(std::string_view name, std::string_view value) & {
  set(name, {.form = GivenField::Form::text, .text = Secret(std::string(value))});
  return *this;
}

GivenFields& GivenFields::null(std::string_view name) & {
  set(name, {});
  return *this;
}

const GivenField* GivenFields::find(std::string_view name) const {
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : &found->second;
}

Result<CheckedFields> check_fields(std::span<const Field> fields, const GivenFields& given,
                                   const StandingFields& before) {
  for (const auto& [name, value] : given.entries()) {
    const bool known =
        std::any_of(fields.begin(), fields.end(), [&](const Field& field) { return field.name == name; });
    if (!known) return invalid(fmt::format("fields.{}", name.substr(0, 60)), "There is no such field here.");
  }
  Check check(given, before);
  for (const Field& field : fields) {
    TRY(is_secret(field) ? check.secret(field) : check.value(field));
  }
  for (const Field& field : fields) {
    if (is_secret(field) && !field.made_here) TRY(check.secret_of_former_address(field));
  }
  return check.take();
}

std::string masked(std::string_view secret) {
  if (secret.size() < kHintFrom || !is_utf8(secret)) return "…";
  std::string hint;
  for (const char c : secret.substr(0, kHintCharacters)) hint += c > ' ' && c < 0x7f ? c : '.';
  return hint + "…";
}

}  // namespace connlog
