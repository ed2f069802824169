#include "web/api/json_body.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/text.h"

namespace connlog::web {
namespace {

using nlohmann::json;

// Checks the text before a tree is built from it, and stops at the first limit that is exceeded.
class Limits final : public nlohmann::json_sax<json> {
 public:
  bool null() override { return value(); }
  bool boolean(bool) override { return value(); }
  bool number_integer(number_integer_t) override { return value(); }
  bool number_unsigned(number_unsigned_t) override { return value(); }
  bool number_float(number_float_t number, const string_t&) override {
    return std::isfinite(number) ? value() : fail("a number out of range");
  }
  bool string(string_t&) override { return value(); }
  bool binary(binary_t&) override { return value(); }
  bool start_object(std::size_t) override { return enter(true); }
  bool start_array(std::size_t) override { return enter(false); }
  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }
  bool key(string_t& name) override {
    return names_.back().insert(name).second || fail(fmt::format("the member \"{}\" twice", name.substr(0, 60)));
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

  const std::string& reason() const { return reason_; }

 private:
  bool value() { return ++values_ <= kBodyValuesMax || fail(fmt::format("more than {} values", kBodyValuesMax)); }
  bool enter(bool) {
    names_.emplace_back();
    return (names_.size() <= kBodyDepthMax || fail(fmt::format("more than {} levels", kBodyDepthMax))) && value();
  }
  bool leave() {
    names_.pop_back();
    return true;
  }
  bool fail(std::string reason) {
    reason_ = std::move(reason);
    return false;
  }

  std::vector<std::set<std::string>> names_;
  int values_ = 0;
  std::string reason_;
};

}  // namespace

Result<void> check_text(const std::string& field, std::string_view text, std::size_t characters_min,
                        std::size_t characters_max, Lines lines) {
  if (!is_utf8(text)) return invalid(field, "This is not valid UTF-8.");
  std::string visible;
  if (lines == Lines::many) {
    std::copy_if(text.begin(), text.end(), std::back_inserter(visible), [](char c) { return c != '\n' && c != '\t'; });
  }
  if (has_control_character(lines == Lines::many ? std::string_view(visible) : text)) {
    return invalid(field, lines == Lines::many ? "Control characters are not allowed here."
                                               : "This must be one line without control characters.");
  }
  const bool blank = std::all_of(text.begin(), text.end(), [](char c) { return c == ' ' || c == '\n' || c == '\t'; });
  const std::size_t length = length_in_characters(text);
  if (length > characters_max || length < characters_min || (characters_min > 0 && blank)) {
    return invalid(field, characters_min == 0
                              ? fmt::format("At most {} characters are allowed.", characters_max)
                              : fmt::format("This needs {} to {} characters.", characters_min, characters_max));
  }
  return {};
}

Result<Body> Body::parse(std::string_view text) {
  if (text.size() > kBodyBytesMax)
    return Error{ErrorCode::too_large, fmt::format("The body is larger than {} bytes.", kBodyBytesMax)};
  if (text.empty()) {
    auto empty = std::make_shared<const json>(json::object());
    return Body(empty, empty.get(), {});
  }
  Limits limits;
  if (!json::sax_parse(text.begin(), text.end(), &limits)) {
    if (!limits.reason().empty())
      return Error{ErrorCode::invalid_input, fmt::format("The body holds {}.", limits.reason())};
    return Error{ErrorCode::invalid_input, "The body is not valid JSON in UTF-8."};
  }
  auto document = std::make_shared<const json>(json::parse(text.begin(), text.end(), nullptr, false));
  if (!document->is_object()) return Error{ErrorCode::invalid_input, "The body must be a JSON object."};
  return Body(document, document.get(), {});
}

const json* Body::member(std::string_view name) const {
  const auto found = object_->find(name);
  return found == object_->end() || found->is_null() ? nullptr : &*found;
}

bool Body::has(std::string_view name) const {
  return member(name) != nullptr;
}

bool Body::is_null(std::string_view name) const {
  const auto found = object_->find(name);
  return found != object_->end() && found->is_null();
}

Error Body::missing(std::string_view name) const {
  return invalid(field(name), "This is required.");
}

Result<std::optional<std::string>> Body::maybe_text(std::string_view name, std::size_t characters_min,
                                                    std::size_t characters_max, Lines lines) const {
  const json* value = member(name);
  if (value == nullptr) return std::optional<std::string>{};
  if (!value->is_string()) return invalid(field(name), "This must be a text.");
  const auto& text = value->get_ref<const std::string&>();
  TRY(check_text(field(name), text, characters_min, characters_max, lines));
  return std::optional<std::string>(text);
}

Result<std::string> Body::text(std::string_view name, std::size_t characters_min, std::size_t characters_max,
                               Lines lines) const {
  auto text = TRY(maybe_text(name, characters_min, characters_max, lines));
  if (!text) return missing(name);
  return *std::move(text);
}

Result<Secret> Body::secret(std::string_view name, std::size_t bytes_max) const {
  const json* value = member(name);
  if (value == nullptr) return missing(name);
  if (!value->is_string()) return invalid(field(name), "This must be a text.");
  const auto& text = value->get_ref<const std::string&>();
  if (text.size() > bytes_max) return invalid(field(name), fmt::format("At most {} bytes are allowed.", bytes_max));
  return Secret(text);
}

Result<std::optional<std::int64_t>> Body::maybe_integer(std::string_view name, std::int64_t lowest,
                                                        std::int64_t highest) const {
  const json* value = member(name);
  if (value == nullptr) return std::optional<std::int64_t>{};
  const Error wrong = invalid(field(name), fmt::format("This must be a whole number from {} to {}.", lowest, highest));
  if (!value->is_number_integer()) return wrong;
  if (value->is_number_unsigned() && value->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX)) return wrong;
  const auto number = value->get<std::int64_t>();
  if (number < lowest || number > highest) return wrong;
  return std::optional<std::int64_t>(number);
}

Result<std::int64_t> Body::integer(std::string_view name, std::int64_t lowest, std::int64_t highest) const {
  const auto number = TRY(maybe_integer(name, lowest, highest));
  if (!number) return missing(name);
  return *number;
}

Result<std::optional<std::int64_t>> Body::maybe_hundredths(std::string_view name, std::int64_t lowest,
                                                           std::int64_t highest) const {
  const json* value = member(name);
  if (value == nullptr) return std::optional<std::int64_t>{};
  const Error wrong =
      invalid(field(name), fmt::format("This must be a number from {:g} to {:g}.", static_cast<double>(lowest) / 100,
                                       static_cast<double>(highest) / 100));
  if (!value->is_number()) return wrong;
  const double number = value->get<double>() * 100;
  if (!std::isfinite(number) || number < static_cast<double>(lowest) - 0.5 ||
      number > static_cast<double>(highest) + 0.5)
    return wrong;
  const auto hundredths = static_cast<std::int64_t>(std::llround(number));
  if (hundredths < lowest || hundredths > highest) return wrong;
  return std::optional<std::int64_t>(hundredths);
}

Result<std::optional<bool>> Body::maybe_flag(std::string_view name) const {
  const json* value = member(name);
  if (value == nullptr) return std::optional<bool>{};
  if (!value->is_boolean()) return invalid(field(name), "This must be true or false.");
  return std::optional<bool>(value->get<bool>());
}

Result<bool> Body::flag(std::string_view name) const {
  const auto flag = TRY(maybe_flag(name));
  if (!flag) return missing(name);
  return *flag;
}

Result<std::optional<std::vector<std::string>>> Body::maybe_texts(std::string_view name, std::size_t count_max,
                                                                  std::size_t characters_max) const {
  const json* value = member(name);
  if (value == nullptr) return std::optional<std::vector<std::string>>{};
  if (!value->is_array()) return invalid(field(name), "This must be a list of texts.");
  if (value->size() > count_max) return invalid(field(name), fmt::format("At most {} entries are allowed.", count_max));
  std::vector<std::string> texts;
  for (const json& entry : *value) {
    if (!entry.is_string()) return invalid(field(name), "This must be a list of texts.");
    TRY(check_text(field(name), entry.get_ref<const std::string&>(), 1, characters_max, Lines::one));
    texts.push_back(entry.get<std::string>());
  }
  return std::optional<std::vector<std::string>>(std::move(texts));
}

Result<std::optional<std::size_t>> Body::maybe_one_of(std::string_view name,
                                                      std::initializer_list<std::string_view> words) const {
  const json* value = member(name);
  if (value == nullptr) return std::optional<std::size_t>{};
  if (value->is_string()) {
    const auto found = std::find(words.begin(), words.end(), std::string_view(value->get_ref<const std::string&>()));
    if (found != words.end()) return std::optional<std::size_t>(static_cast<std::size_t>(found - words.begin()));
  }
  return invalid(field(name), fmt::format("This must be one of: {}.", fmt::join(words, ", ")));
}

Result<std::optional<int>> Body::maybe_value(std::string_view name, std::span<const Word> words) const {
  const json* value = member(name);
  if (value == nullptr) return std::optional<int>{};
  if (value->is_string()) {
    if (const Word* found = find_word(words, value->get_ref<const std::string&>())) return std::optional(found->value);
  }
  return invalid(field(name), fmt::format("This must be one of: {}.", listed(words)));
}

Result<std::size_t> Body::one_of(std::string_view name, std::initializer_list<std::string_view> words) const {
  const auto index = TRY(maybe_one_of(name, words));
  if (!index) return missing(name);
  return *index;
}

Result<GivenFields> Body::fields(std::string_view name, std::size_t count_max) const {
  GivenFields given;
  const json* value = member(name);
  if (value == nullptr) return given;
  if (!value->is_object()) return invalid(field(name), "This must be an object.");
  if (value->size() > count_max) return invalid(field(name), fmt::format("At most {} members.", count_max));
  for (const auto& [key, each] : value->items()) {
    GivenField one;
    if (each.is_string()) {
      one.form = GivenField::Form::text;
      one.text = Secret(each.get<std::string>());
    } else if (each.is_boolean()) {
      one.form = GivenField::Form::flag;
      one.flag = each.get<bool>();
    } else if (each.is_number_integer()) {
      one.form = GivenField::Form::number;
      one.number = each.get<std::int64_t>();
    } else if (!each.is_null()) {
      return invalid(fmt::format("{}.{}", field(name), key.substr(0, 60)),
                     "This must be a text, a whole number, true, false, or null.");
    }
    given.set(key, std::move(one));
  }
  return given;
}

Result<std::optional<std::vector<std::pair<std::string, std::string>>>> Body::maybe_text_map(
    std::string_view name, std::size_t count_max, std::size_t key_characters_max,
    std::size_t value_characters_max) const {
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  const json* value = member(name);
  if (value == nullptr) return std::optional<Pairs>{};
  if (!value->is_object()) return invalid(field(name), "This must be an object of texts.");
  if (value->size() > count_max) return invalid(field(name), fmt::format("At most {} members.", count_max));
  Pairs pairs;
  for (const auto& [key, each] : value->items()) {
    TRY(check_text(field(name), key, 1, key_characters_max, Lines::one));
    const std::string each_field = fmt::format("{}.{}", field(name), key);
    if (!each.is_string()) return invalid(each_field, "This must be a text.");
    const auto& text = each.get_ref<const std::string&>();
    TRY(check_text(each_field, text, 0, value_characters_max, Lines::one));
    pairs.emplace_back(key, text);
  }
  return std::optional<Pairs>(std::move(pairs));
}

std::vector<std::string> Body::names() const {
  std::vector<std::string> names;
  for (const auto& each : object_->items()) names.push_back(each.key());
  return names;
}

Result<std::optional<Body>> Body::maybe_object(std::string_view name) const {
  const json* value = member(name);
  if (value == nullptr) return std::optional<Body>{};
  if (!value->is_object()) return invalid(field(name), "This must be an object.");
  return std::optional<Body>(Body(document_, value, field(name) + "."));
}

Result<std::optional<std::vector<Body>>> Body::maybe_objects(std::string_view name, std::size_t count_max) const {
  const json* value = member(name);
  if (value == nullptr) return std::optional<std::vector<Body>>{};
  if (!value->is_array()) return invalid(field(name), "This must be a list.");
  if (value->size() > count_max) return invalid(field(name), fmt::format("At most {} entries.", count_max));
  std::vector<Body> objects;
  for (const json& each : *value) {
    const std::string each_field = fmt::format("{}.{}", field(name), objects.size());
    if (!each.is_object()) return invalid(each_field, "This must be an object.");
    objects.push_back(Body(document_, &each, each_field + "."));
  }
  return std::optional<std::vector<Body>>(std::move(objects));
}

}  // namespace connlog::web
