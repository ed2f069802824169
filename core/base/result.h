// The answer of everything that may be refused or fail for a reason that lies outside the program: input, network,
// disk, permission. A Result holds either a value or an Error; it must be looked at. `message` is safe to show to the
// person who caused the error and says what happened, why, and what to do; `cause` is for the log only. `web/server/problem`
// alone turns codes into HTTP. Programmer errors are not results: see CONNLOG_ASSERT. Any thread may use it.
//
// Member names follow std::expected, so that C++23 will be an easy change.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace connlog {

enum class ErrorCode {
  invalid_input,    // a field is wrong; `field` names it
  unauthenticated,  // who are you?
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

inline Error invalid(std::string field, std::string message) {
  return Error{ErrorCode::invalid_input, std::move(message), std::move(field)};
}

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  Error& error() & { return std::get<1>(state_); }
  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }
  void value() const {}
  Error& error() & { return *error_; }
  const Error& error() const& { return *error_; }
  Error&& error() && { return *std::move(error_); }

 private:
  std::optional<Error> error_;
};

}  // namespace connlog

// Yields the value of a Result or returns its error from the enclosing function. One TRY must not stand inside another.
#define TRY(expression)                             \
  __extension__({                                   \
    auto connlog_try_result = (expression);         \
    if (!connlog_try_result.has_value()) {          \
      return std::move(connlog_try_result).error(); \
    }                                               \
    std::move(connlog_try_result).value();          \
  })
