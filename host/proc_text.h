// Small readers for the texts of /proc and /sys: words, lines, whole numbers. Pure; any thread.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace connlog::proc_text {

inline std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n\v\f";
  const auto begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

// Takes the next word off the front; empty at the end.
inline std::string_view next_word(std::string_view& text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return text = {};
  text.remove_prefix(begin);
  const auto word = text.substr(0, text.find_first_of(" \t"));
  text.remove_prefix(word.size());
  return word;
}

inline std::string_view next_line(std::string_view& text) {
  const auto end = text.find('\n');
  const auto line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

// The number that the text begins with.
inline std::optional<std::uint64_t> whole(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  return value;
}

// The number in column `column` (from 0) of the line whose first word is `name`; the name is column 0.
inline std::optional<std::uint64_t> value_of(std::string_view text, std::string_view name, int column = 1) {
  while (!text.empty()) {
    std::string_view line = next_line(text);
    if (next_word(line) != name) continue;
    for (int at = 1; at < column; ++at) next_word(line);
    return whole(next_word(line));
  }
  return std::nullopt;
}

}  // namespace connlog::proc_text
