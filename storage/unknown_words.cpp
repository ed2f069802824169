#include "storage/unknown_words.h"

#include <fmt/format.h>

#include <mutex>
#include <set>

#include "core/base/log.h"

namespace connlog::storage {
namespace {

constexpr std::size_t kShownBytesMax = 40;

}  // namespace

std::string shown_word(std::string_view word) {
  std::string out(word.substr(0, kShownBytesMax));
  for (char& c : out) {
    if (c < ' ' || c > '~') c = '?';
  }
  return out;
}

std::string sentence_of(const UnknownWord& found) {
  return fmt::format("{} {} of {} {} the unknown word '{}' in {}; {} left out", found.rows,
                     found.rows == 1 ? "row" : "rows", found.table, found.rows == 1 ? "has" : "have", found.word,
                     found.column, found.rows == 1 ? "it is" : "they are");
}

void note_unknown_word(std::string_view table, std::string_view column, std::string_view word) {
  static std::mutex mutex;
  static std::set<std::string> noted;
  const std::string shown = shown_word(word);
  {
    const std::lock_guard lock(mutex);
    if (noted.size() >= kNotedWordsMax || !noted.insert(fmt::format("{}.{}={}", table, column, shown)).second) return;
  }
  log_warning("storage.unknown_word", {{"table", table}, {"column", column}, {"word", shown}});
}

Error unknown_word_error(std::string_view table, std::string_view column, std::string_view word) {
  const std::string what = word.empty() ? std::string("a word") : fmt::format("the word '{}'", shown_word(word));
  return Error{ErrorCode::conflict,
               fmt::format("A row of {} that this is about has {} in {}, which this version of connlog does not know. "
                           "It is left as it is: the version that wrote it can change it.",
                           table, what, column)};
}

std::string between_commas(std::span<const connlog::Word> words) {
  std::string out = ",";
  for (const connlog::Word& word : words) {
    out += word.text;
    out += ',';
  }
  return out;
}

}  // namespace connlog::storage
