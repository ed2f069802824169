// One prepared statement, bound by name and read by column. A Statement is borrowed from its connection's cache:
// preparing it again costs a look-up, and when it goes away it is reset and its values are forgotten. Every value is
// bound; there is no way to put text into SQL here. It belongs to one connection and so to one thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/result.h"
#include "core/base/words.h"
#include "storage/unknown_words.h"

struct sqlite3_stmt;

namespace connlog::storage {

class Connection;

class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  // `name` is with its colon. Every name of the statement must be bound before the first step; binding a name that the
  // statement does not have is a bug (an assertion fails). Texts and blobs are copied.
  Statement& integer(const char* name, std::int64_t value);
  Statement& text(const char* name, std::string_view value);
  Statement& blob(const char* name, std::span<const std::uint8_t> value);
  Statement& id(const char* name, const Uuid& value);          // 16 bytes, also when nil
  Statement& id_or_null(const char* name, const Uuid& value);  // nil becomes NULL
  Statement& integer_or_null(const char* name, std::int64_t value, std::int64_t null_value);
  Statement& null(const char* name);
  Statement& instant(const char* name, Instant value) { return integer(name, value.micros); }
  Statement& boolean(const char* name, bool value) { return integer(name, value ? 1 : 0); }

  // True: there is a row. Its values are valid until the next step.
  Result<bool> step();
  // Steps to the end, ignoring result rows; returns how many rows were inserted, changed or deleted.
  Result<std::int64_t> run();

  sqlite3_stmt* handle() const { return statement_; }
  // Called where the one row that was asked for is left out: an act that needs it is refused with the reason.
  void tell_left_out();
  bool left_rows_out() const { return left_out_.has_value(); }  // because of unknown words

 private:
  friend class Connection;
  friend class Row;
  Statement(Connection& connection, sqlite3_stmt* statement, bool* in_use)
      : connection_(&connection), statement_(statement), in_use_(in_use) {}
  int position(const char* name);
  void note(int code) {
    if (code != 0 && bind_error_ == 0) bind_error_ = code;
  }

  Connection* connection_;
  sqlite3_stmt* statement_;
  bool* in_use_;  // the cache's mark; nullptr: not from the cache, finalized here
  int bound_ = 0;
  int bind_error_ = 0;
  bool stepped_ = false;
  std::optional<Error> left_out_;  // how an act on the last row that was left out is refused
};

// The columns of the current row, read from left to right in the order of the SELECT. A value of the wrong form (an id
// that is not 16 bytes) marks the row as damaged; one() and all() below turn that into an error. A row with an unknown
// word is left out by them (unknown_words.h).
class Row {
 public:
  explicit Row(Statement& statement) : owner_(&statement), statement_(statement.handle()) {}

  std::int64_t integer();
  std::int64_t integer_or(std::int64_t null_value);
  std::string text();
  Instant instant() { return Instant{integer()}; }
  bool boolean() { return integer() != 0; }
  // A blob of exactly N bytes.
  template <std::size_t N>
  std::array<std::uint8_t, N> bytes() {
    std::array<std::uint8_t, N> out{};
    exact(out);
    return out;
  }
  template <typename T>
  T id() {
    T out;
    exact(out.bytes);
    return out;
  }
  template <typename T>
  T id_or_nil() {
    if (skip_null()) return T{};
    return id<T>();
  }
  // A blob of any size, empty for NULL. Valid until the next step.
  std::span<const std::uint8_t> blob();
  // A blob of at most out.size() bytes. The rest of `out`, or all of it for NULL, is left as it was.
  void bytes_up_to(std::span<std::uint8_t> out);
  template <typename Enum>
  Enum word(const WordColumn<Enum>& column) {
    const std::string_view found = view();
    if (const auto value = parse_word<Enum>(found)) return *value;
    leave_out(column.table, column.column, found);
    return Enum{};
  }
  // For a row that must not be left out, because people would get rights by its absence: an unknown word has the
  // `strictest` value.
  template <typename Enum>
  Enum word_or(const WordColumn<Enum>& column, Enum strictest) {
    const std::string_view found = view();
    const auto value = parse_word<Enum>(found);
    if (!value) note_unknown_word(column.table, column.column, found);
    return value.value_or(strictest);
  }
  // For sets that are a table of their own: the value of the word.
  int word_in(const AnyWordColumn& column);
  std::string_view peek() const;  // the next column as text, without reading it
  bool damaged() const { return damaged_; }
  bool is_left_out() const { return left_out_; }

 private:
  std::string_view view();
  void exact(std::span<std::uint8_t> out);
  bool skip_null();
  void leave_out(std::string_view table, std::string_view column, std::string_view word);

  Statement* owner_;
  sqlite3_stmt* statement_;
  int next_ = 0;
  bool damaged_ = false;
  bool left_out_ = false;
};

Error damaged_row();

// At most one row; nothing where it is left out.
template <typename Read>
auto one(Statement& statement, Read read) -> Result<std::optional<decltype(read(std::declval<Row&>()))>> {
  using T = decltype(read(std::declval<Row&>()));
  const bool has_row = TRY(statement.step());
  if (!has_row) return std::optional<T>();
  Row row(statement);
  std::optional<T> found(read(row));
  if (row.damaged()) return damaged_row();
  if (row.is_left_out()) {
    statement.tell_left_out();
    found.reset();
  }
  return found;
}

// All rows but those that are left out.
template <typename Read>
auto all(Statement& statement, Read read) -> Result<std::vector<decltype(read(std::declval<Row&>()))>> {
  std::vector<decltype(read(std::declval<Row&>()))> found;
  while (true) {
    const bool has_row = TRY(statement.step());
    if (!has_row) break;
    Row row(statement);
    found.push_back(read(row));
    if (row.damaged()) return damaged_row();
    if (row.is_left_out()) found.pop_back();
  }
  return found;
}

// Runs an UPDATE or DELETE of one row. When no row was changed: not_found; `noun` names the thing in the message.
Result<void> exactly_one(Statement& statement, std::string_view noun);

}  // namespace connlog::storage
