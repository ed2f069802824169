// Reads a JSON body that may be hostile: size, depth, number of values and duplicate members are limited before
// anything is built (threat 19); then typed readers take members out by name. Every refusal names the field as the
// client wrote it ("target.kind"). Texts are checked whole: no control characters, so no CR, LF or NUL gets further
// (threat 17). Unknown members are ignored, so that a client may send back an object as it got it.
// A Body is a view into its document; one thread at a time.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/base/words.h"
#include "core/kinds/field.h"

namespace connlog::web {

inline constexpr std::size_t kBodyBytesMax = 256 * 1024;  // the 5,000 members of a group fit
inline constexpr int kBodyDepthMax = 8;
inline constexpr int kBodyValuesMax = 6'000;

enum class Lines { one, many };

class Body {
 public:
  // The document must be an object. An empty text is an empty object.
  static Result<Body> parse(std::string_view text);

  bool has(std::string_view name) const;      // present and not null
  std::vector<std::string> names() const;     // of its members, to refuse those that mean nothing
  bool is_null(std::string_view name) const;  // present and null: for members that null clears

  Result<std::string> text(std::string_view name, std::size_t characters_min, std::size_t characters_max,
                           Lines lines = Lines::one) const;
  Result<std::optional<std::string>> maybe_text(std::string_view name, std::size_t characters_min,
                                                std::size_t characters_max, Lines lines = Lines::one) const;
  Result<Secret> secret(std::string_view name, std::size_t bytes_max) const;
  Result<std::int64_t> integer(std::string_view name, std::int64_t lowest, std::int64_t highest) const;
  Result<std::optional<std::int64_t>> maybe_integer(std::string_view name, std::int64_t lowest,
                                                    std::int64_t highest) const;
  // A decimal such as 4.5, as 450. Rounded to hundredths; `lowest` and `highest` are in hundredths too.
  Result<std::optional<std::int64_t>> maybe_hundredths(std::string_view name, std::int64_t lowest,
                                                       std::int64_t highest) const;
  Result<bool> flag(std::string_view name) const;
  Result<std::optional<bool>> maybe_flag(std::string_view name) const;
  Result<std::optional<std::vector<std::string>>> maybe_texts(std::string_view name, std::size_t count_max,
                                                              std::size_t characters_max) const;
  // A value of a closed set, by its word.
  template <ClosedSet Enum>
  Result<std::optional<Enum>> maybe_word(std::string_view name) const {
    return maybe_word_among<Enum>(name, values_of<Enum>());
  }
  template <ClosedSet Enum>
  Result<Enum> word(std::string_view name) const {
    return word_among<Enum>(name, values_of<Enum>());
  }
  // The same, where only some values of the set will do.
  template <ClosedSet Enum>
  Result<std::optional<Enum>> maybe_word_among(std::string_view name, std::span<const Enum> values) const {
    std::vector<Word> words;
    for (const Enum value : values) words.push_back({static_cast<int>(value), to_text(value)});
    const auto found = TRY(maybe_value(name, words));
    return found ? std::optional<Enum>(static_cast<Enum>(*found)) : std::nullopt;
  }
  template <ClosedSet Enum>
  Result<Enum> word_among(std::string_view name, std::span<const Enum> values) const {
    const auto found = TRY(maybe_word_among<Enum>(name, values));
    if (!found) return missing(name);
    return *found;
  }
  // The index of the member's text in `words`, for choices that are no closed set.
  Result<std::optional<std::size_t>> maybe_one_of(std::string_view name,
                                                  std::initializer_list<std::string_view> words) const;
  Result<std::size_t> one_of(std::string_view name, std::initializer_list<std::string_view> words) const;
  // A flat object of values for a kind's fields (core/kinds/field.h): texts, whole numbers, flags, nulls. Absent: empty.
  Result<GivenFields> fields(std::string_view name, std::size_t count_max) const;
  Result<std::optional<Body>> maybe_object(std::string_view name) const;
  // A flat object of texts, in the order of their names: {"env": "prod"}. Refusals inside name the field ("labels.env").
  Result<std::optional<std::vector<std::pair<std::string, std::string>>>> maybe_text_map(
      std::string_view name, std::size_t count_max, std::size_t key_characters_max,
      std::size_t value_characters_max) const;
  // A list of objects; refusals inside name the field ("roles.3.value").
  Result<std::optional<std::vector<Body>>> maybe_objects(std::string_view name, std::size_t count_max) const;

 private:
  Body(std::shared_ptr<const nlohmann::json> document, const nlohmann::json* object, std::string path)
      : document_(std::move(document)), object_(object), path_(std::move(path)) {}
  const nlohmann::json* member(std::string_view name) const;
  Result<std::optional<int>> maybe_value(std::string_view name, std::span<const Word> words) const;
  std::string field(std::string_view name) const { return path_ + std::string(name); }
  Error missing(std::string_view name) const;

  std::shared_ptr<const nlohmann::json> document_;
  const nlohmann::json* object_;
  std::string path_;
};

// Checks a text: no control characters, and this many characters. Also for values that do not come as JSON.
Result<void> check_text(const std::string& field, std::string_view text, std::size_t characters_min,
                        std::size_t characters_max, Lines lines);

}  // namespace connlog::web
