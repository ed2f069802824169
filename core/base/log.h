// One line per event on standard error: time, level, event name, then key=value fields. Values are quoted and control
// characters escaped, so that nothing from outside can forge a line. Never pass a secret; Secret refuses to be
// formatted. Any thread may call it; lines are written whole.
#pragma once

#include <fmt/format.h>

#include <initializer_list>
#include <string>
#include <string_view>

namespace connlog {

enum class LogLevel { debug, info, warning, error };

struct LogField {
  std::string_view key;
  std::string value;

  template <typename T>
  LogField(std::string_view name, const T& content) : key(name), value(fmt::format("{}", content)) {}
};

void set_log_level(LogLevel lowest);
void log_line(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});

inline void log_debug(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log_line(LogLevel::debug, event, fields);
}
inline void log_info(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log_line(LogLevel::info, event, fields);
}
inline void log_warning(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log_line(LogLevel::warning, event, fields);
}
inline void log_error(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log_line(LogLevel::error, event, fields);
}

}  // namespace connlog
