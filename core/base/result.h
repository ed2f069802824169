// The result of every operation that may be refused or fail for a reason that lies outside the program: input, network,
// disk, permission. A Result holds either a value or an Error; it must be looked at. `message` is safe to show to the
// person who caused the error and says what happened, why, and what to do; `cause` is for the log only.
// `web/server/problem` alone turns codes into HTTP. Programmer errors are not results: see CONNLOG_ASSERT. Any thread
// may use it.
//
// Member names follow std::expected, so that C++23 will be an easy change.
//
// A failed Result holds its Error on the heap and is otherwise a pointer larger than its value: TRY is used in
// thousands of places, and its code is compiled into each of them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/assert.h"

namespace connlog {

enum class ErrorCode {
  invalid_input,    // a field is wrong; `field` names it
  unauthenticated,  // not logged in, or no valid token
  forbidden,        // known, but not allowed
  not_found,        // or not visible to this person: the two look alike on purpose
  conflict,         // the state of the thing does not allow it, or somebody else changed it first
  too_large,        // a body, a list, a text beyond its named limit
  rate_limited,     // try again after `retry_after_seconds`
  unavailable,      // our own trouble: database, shutdown. Never a verdict about what is watched.
  network,          // the other side did not answer or answered wrongly
  internal,         // a bug, or a state that should not exist
};

struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;          // for people; no secret, no path of the server, no stack
  std::string field = {};       // JSON name of the offending field, where there is one
  std::string cause = {};       // for the log; never shown
  int retry_after_seconds = 0;  // with rate_limited and unavailable
};

Error invalid(std::string field, std::string message);

// Nothing, or an Error on the heap. What it was moved out of still holds an error, an empty one of code `internal`.
class BoxedError {
 public:
  BoxedError() = default;
  explicit BoxedError(Error&& error);
  BoxedError(const BoxedError& other) : error_(other.error_ == nullptr ? nullptr : copy_of(*other.error_)) {}
  BoxedError(BoxedError&& other) noexcept : error_(other.error_) {
    if (error_ != nullptr) other.error_ = &moved_out;
  }
  BoxedError& operator=(BoxedError other) noexcept {
    std::swap(error_, other.error_);
    return *this;
  }
  ~BoxedError() {
    if (error_ != nullptr && error_ != &moved_out) destroy(error_);
  }

  bool is_set() const { return error_ != nullptr; }
  Error& error() const {
    CONNLOG_ASSERT(error_ != nullptr);
    return *error_;
  }

 private:
  static Error moved_out;
  static Error* copy_of(const Error&);
  static void destroy(Error*) noexcept;

  Error* error_ = nullptr;
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  Result(Error error) : error_(std::move(error)) {}
  Result(BoxedError error) noexcept : error_(std::move(error)) {}

  Result(const Result& other) : error_(other.error_) {
    if (has_value()) std::construct_at(std::addressof(value_), other.value_);
  }
  Result(Result&& other) noexcept : error_(std::move(other.error_)) {
    if (has_value()) std::construct_at(std::addressof(value_), std::move(other.value_));
  }
  Result& operator=(Result other) noexcept {
    if (has_value()) std::destroy_at(std::addressof(value_));
    error_ = BoxedError(std::move(other.error_));
    if (has_value()) std::construct_at(std::addressof(value_), std::move(other.value_));
    return *this;
  }
  ~Result() {
    if (has_value()) std::destroy_at(std::addressof(value_));
  }

  bool has_value() const { return !error_.is_set(); }
  explicit operator bool() const { return has_value(); }
  T& value() & { return checked(); }
  const T& value() const& { return const_cast<Result*>(this)->checked(); }
  T&& value() && { return std::move(checked()); }
  T& operator*() & { return checked(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &checked(); }
  const T* operator->() const { return &value(); }
  Error& error() & { return error_.error(); }
  const Error& error() const& { return error_.error(); }
  Error&& error() && { return std::move(error_.error()); }
  BoxedError boxed_error() && { return std::move(error_); }

 private:
  T& checked() {
    CONNLOG_ASSERT(has_value());
    return value_;
  }

  union {
    T value_;  // where there is no error
  };
  BoxedError error_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}
  Result(BoxedError error) noexcept : error_(std::move(error)) {}

  bool has_value() const { return !error_.is_set(); }
  explicit operator bool() const { return has_value(); }
  void value() const {}
  Error& error() & { return error_.error(); }
  const Error& error() const& { return error_.error(); }
  Error&& error() && { return std::move(error_.error()); }
  BoxedError boxed_error() && { return std::move(error_); }

 private:
  BoxedError error_;
};

}  // namespace connlog

// Yields the value of a Result or returns its error from the enclosing function. TRY stands alone: as the whole
// initialiser of a variable, as the whole right side of a plain assignment, or as a statement. Inside anything larger
// (a capture list, an argument, a condition) its return would leave what was half built, and GCC destroys nothing of
// that: each error leaks.
#define TRY(expression)                                   \
  __extension__({                                         \
    auto connlog_try_result = (expression);               \
    if (!connlog_try_result.has_value()) [[unlikely]] {   \
      return std::move(connlog_try_result).boxed_error(); \
    }                                                     \
    std::move(connlog_try_result).value();                \
  })
