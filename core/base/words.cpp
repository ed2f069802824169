#include "core/base/words.h"

#include <algorithm>

namespace connlog {

std::string_view text_in(std::span<const Word> words, int value) {
  const auto found = std::ranges::find(words, value, &Word::value);
  return found == words.end() ? std::string_view() : found->text;
}

const Word* find_word(std::span<const Word> words, std::string_view text) {
  const auto found = std::ranges::find(words, text, &Word::text);
  return found == words.end() ? nullptr : &*found;
}

std::string listed(std::span<const Word> words) {
  std::string out;
  for (const Word& word : words) {
    if (!out.empty()) out += ", ";
    out += word.text;
  }
  return out;
}

}  // namespace connlog
