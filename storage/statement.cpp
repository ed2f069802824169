#include "storage/statement.h"

#include <cstring>
#include <fmt/format.h>
#include <sqlite3.h>

#include "core/base/assert.h"
#include "storage/connection.h"

namespace connlog::storage {

Statement::Statement(Statement&& other) noexcept
    : connection_(other.connection_),
      statement_(std::exchange(other.statement_, nullptr)),
      in_use_(other.in_use_),
      bound_(other.bound_),
      bind_error_(other.bind_error_),
      stepped_(other.stepped_),
      left_out_(std::move(other.left_out_)) {}

Statement::~Statement() {
  if (statement_ == nullptr) return;
  if (in_use_ == nullptr) {
    sqlite3_finalize(statement_);
    return;
  }
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  *in_use_ = false;
}

int Statement::position(const char* name) {
  const int index = sqlite3_bind_parameter_index(statement_, name);
  CONNLOG_ASSERT(index > 0);
  ++bound_;
  return index;
}

Statement& Statement::integer(const char* name, std::int64_t value) {
  note(sqlite3_bind_int64(statement_, position(name), value));
  return *this;
}

Statement& Statement::text(const char* name, std::string_view value) {
  // An empty view may have no address, and a null address would bind NULL.
  const char* data = value.data() == nullptr ? "" : value.data();
  note(sqlite3_bind_text64(statement_, position(name), data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

Statement& Statement::blob(const char* name, std::span<const std::uint8_t> value) {
  const int index = position(name);
  note(value.empty() ? sqlite3_bind_zeroblob(statement_, index, 0)
                     : sqlite3_bind_blob64(statement_, index, value.data(), value.size(), SQLITE_TRANSIENT));
  return *this;
}

Statement& Statement::id(const char* name, const Uuid& value) {
  return blob(name, value.bytes);
}

Statement& Statement::id_or_null(const char* name, const Uuid& value) {
  return value.is_nil() ? null(name) : id(name, value);
}

Statement& Statement::integer_or_null(const char* name, std::int64_t value, std::int64_t null_value) {
  return value == null_value ? null(name) : integer(name, value);
}

Statement& Statement::null(const char* name) {
  note(sqlite3_bind_null(statement_, position(name)));
  return *this;
}

Result<bool> Statement::step() {
  if (!stepped_) {
    CONNLOG_ASSERT(bound_ == sqlite3_bind_parameter_count(statement_));
    stepped_ = true;
  }
  if (bind_error_ != 0) return connection_->error(bind_error_);
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return connection_->error(code, statement_);
}

Result<std::int64_t> Statement::run() {
  while (true) {
    const bool has_row = TRY(step());
    if (!has_row) break;
  }
  return connection_->changes();
}

void Statement::tell_left_out() {
  if (left_out_) connection_->note_left_out(*left_out_);
}

// ------------------------------------------------------------------------ rows

std::int64_t Row::integer() {
  return sqlite3_column_int64(statement_, next_++);
}

std::int64_t Row::integer_or(std::int64_t null_value) {
  const int column = next_++;
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return null_value;
  return sqlite3_column_int64(statement_, column);
}

std::string_view Row::peek() const {
  const auto* text = sqlite3_column_text(statement_, next_);
  if (text == nullptr) return {};
  return {reinterpret_cast<const char*>(text), static_cast<std::size_t>(sqlite3_column_bytes(statement_, next_))};
}

std::string_view Row::view() {
  const std::string_view text = peek();
  ++next_;
  return text;
}

std::string Row::text() {
  return std::string(view());
}

void Row::exact(std::span<std::uint8_t> out) {
  const int column = next_++;
  const void* data = sqlite3_column_blob(statement_, column);
  if (data == nullptr || static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)) != out.size()) {
    damaged_ = true;
    return;
  }
  std::memcpy(out.data(), data, out.size());
}

std::span<const std::uint8_t> Row::blob() {
  const int column = next_++;
  const void* data = sqlite3_column_blob(statement_, column);
  if (data == nullptr) return {};
  return {static_cast<const std::uint8_t*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

void Row::bytes_up_to(std::span<std::uint8_t> out) {
  const int column = next_++;
  const void* data = sqlite3_column_blob(statement_, column);
  if (data == nullptr) return;
  const auto length = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  if (length > out.size()) {
    damaged_ = true;
    return;
  }
  std::memcpy(out.data(), data, length);
}

bool Row::skip_null() {
  if (sqlite3_column_type(statement_, next_) != SQLITE_NULL) return false;
  ++next_;
  return true;
}

void Row::leave_out(std::string_view table, std::string_view column, std::string_view word) {
  left_out_ = true;
  owner_->left_out_ = unknown_word_error(table, column, word);
  note_unknown_word(table, column, word);
}

int Row::word_in(const AnyWordColumn& column) {
  const std::string_view found = view();
  if (const connlog::Word* word = find_word(column.words, found)) return word->value;
  leave_out(column.table, column.column, found);
  return column.words.front().value;
}

Error damaged_row() {
  return Error{ErrorCode::internal, "A row of the database is damaged. Run `connlog check`.", {}, "unexpected column"};
}

Result<void> exactly_one(Statement& statement, std::string_view noun) {
  const std::int64_t changed = TRY(statement.run());
  if (changed == 1) return {};
  return Error{ErrorCode::not_found, fmt::format("There is no such {}.", noun)};
}

}  // namespace connlog::storage
