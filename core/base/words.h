// Closed sets: an enumeration, each value of which has one word. The word is stored, sent by the API and named in
// messages, so it is never renamed. The table of a set stands beside its enumeration and nowhere else:
//
//     enum class Severity { warning, critical };
//     template <>
//     inline constexpr auto kWords<Severity> =
//         words_for<Severity>({{Severity::warning, "warning"}, {Severity::critical, "critical"}});
//
// It does not compile when an enumerator has no word, stands in another order than in the enumeration, or when a word
// stands twice. Storage, parsing, handlers, views and schemas ask the table. Pure; any thread.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace connlog {

// One value of a set, without its type, and its word.
struct Word {
  int value = 0;
  std::string_view text;
};

// The search that all sets share.
std::string_view text_in(std::span<const Word> words, int value);           // empty: the set has no such value
const Word* find_word(std::span<const Word> words, std::string_view text);  // nullptr: the set has no such word
std::string listed(std::span<const Word> words);                            // "warning, critical"

template <typename Enum>
struct WordOf {
  Enum value;
  std::string_view text;
};

namespace words_detail {

// Never defined: what the compiler says of a wrong table names one of them.
void the_words_must_be_in_the_order_of_the_enumeration();
void a_word_stands_twice();
void an_enumerator_has_no_word();

// GCC and Clang write an enumerator by its name and any other number as "(connlog::Severity)2".
template <auto value>
consteval bool is_enumerator() {
  const std::string_view signature = __PRETTY_FUNCTION__;
  return signature[signature.rfind(" = ") + 3] != '(';
}

}  // namespace words_detail

template <typename Enum, std::size_t N>
class Words {
 public:
  consteval explicit Words(const WordOf<Enum> (&rows)[N]) {
    for (std::size_t i = 0; i < N; ++i) {
      if (static_cast<std::size_t>(rows[i].value) != i)
        words_detail::the_words_must_be_in_the_order_of_the_enumeration();
      for (std::size_t k = 0; k < i; ++k) {
        if (rows[k].text == rows[i].text) words_detail::a_word_stands_twice();
      }
      values_[i] = rows[i].value;
      words_[i] = {static_cast<int>(i), rows[i].text};
    }
    if (words_detail::is_enumerator<static_cast<Enum>(N)>()) words_detail::an_enumerator_has_no_word();
  }

  std::string_view word_of(Enum value) const { return text_in(words_, static_cast<int>(value)); }
  std::optional<Enum> parse(std::string_view text) const {
    const Word* found = find_word(words_, text);
    return found == nullptr ? std::optional<Enum>() : static_cast<Enum>(found->value);
  }
  constexpr std::span<const Word> words() const { return words_; }
  constexpr const std::array<Enum, N>& values() const { return values_; }

 private:
  std::array<Enum, N> values_{};
  std::array<Word, N> words_{};
};

template <typename Enum, std::size_t N>
consteval Words<Enum, N> words_for(const WordOf<Enum> (&rows)[N]) {
  return Words<Enum, N>(rows);
}

// The table of a set. A set specializes it.
template <typename Enum>
inline constexpr std::nullptr_t kWords = nullptr;

template <typename Enum>
concept ClosedSet = std::is_enum_v<Enum> && !std::same_as<std::remove_cvref_t<decltype(kWords<Enum>)>, std::nullptr_t>;

template <ClosedSet Enum>
std::string_view to_text(Enum value) {
  return kWords<Enum>.word_of(value);
}

template <ClosedSet Enum>
std::optional<Enum> parse_word(std::string_view text) {
  return kWords<Enum>.parse(text);
}

template <ClosedSet Enum>
constexpr std::span<const Word> words_of() {
  return kWords<Enum>.words();
}

template <ClosedSet Enum>
constexpr const auto& values_of() {
  return kWords<Enum>.values();
}

}  // namespace connlog
