// Words in the database that this version of connlog does not know: a later version, or another program, wrote them.
// They stop nothing. A row with such a word is left out where rows are read (statement.h) and named in the log; the
// rest works. An act that looks for that row is refused as a conflict, and so is writing over it: the row stays as it
// is. The columns stand in storage/<room>/stores.h, and all of them in word_columns.cpp. Any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/words.h"

namespace connlog::storage {

// A column that holds the words of a closed set.
template <ClosedSet Enum>
struct WordColumn {
  std::string_view table, column;
  // Columns that every act on a row of this table writes; their update is refused while the word is unknown. Empty:
  // rows are written over, for they are the program's own memory.
  std::string_view changes = {};
};

// The same without its set's type.
struct AnyWordColumn {
  std::string_view table, column, changes;
  std::span<const connlog::Word> words;

  constexpr AnyWordColumn(std::string_view of_table, std::string_view its_column, std::string_view its_changes,
                          std::span<const connlog::Word> its_words)
      : table(of_table), column(its_column), changes(its_changes), words(its_words) {}
  template <typename Enum>
  AnyWordColumn(const WordColumn<Enum>& of)
      : table(of.table), column(of.column), changes(of.changes), words(words_of<Enum>()) {}
};

struct UnknownWord {
  std::string table, column;
  std::string word;  // as it may be shown: cut, without control characters
  std::int64_t rows = 0;
};
// "1 row of rule has the unknown word 'foo' in kind; it is left out"
std::string sentence_of(const UnknownWord& found);

// A word as it may be shown: at most 40 bytes, and "?" for what is not printable ASCII.
std::string shown_word(std::string_view word);

// Names it in the log, once for each table, column and word, and for so many of them at most.
inline constexpr std::size_t kNotedWordsMax = 200;
void note_unknown_word(std::string_view table, std::string_view column, std::string_view word);

// The refusal of an act on such a row. `word` empty: it is not known which word it is.
Error unknown_word_error(std::string_view table, std::string_view column, std::string_view word);

// What the guard of a row raises, before "table.column" (word_columns.cpp); the connection turns it into that refusal.
inline constexpr std::string_view kUnknownWordRaised = "unknown word in ";

// The words of a column as one text, ",queued,sent,", for `instr` in SQL.
std::string between_commas(std::span<const connlog::Word> words);

}  // namespace connlog::storage
