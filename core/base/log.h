// One line per event on standard error: time, level, event name, then key=value fields. Values are quoted and control
// characters escaped, so that nothing from outside can forge a line. Never pass a secret; Secret refuses to be
// formatted. Any thread may call it; lines are written whole.
//
// A command writes each line at once. The server has a QueuedLog: then a line costs no wait, whoever reads standard
// error slowly, not at all, or has closed it, and of repeated warnings and errors one line a minute is written.
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
// The line as it is written, with its line feed.
std::string render_log_line(LogLevel level, std::string_view event, std::initializer_list<LogField> fields);
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

// As long as it lives, lines go through a queue with a thread of its own (core/base/log_queue.h). One at a time, in
// main, made before other threads start and destroyed after they ended. At its end it writes what waits, within a
// limit.
class QueuedLog {
 public:
  explicit QueuedLog(int descriptor = 2);
  ~QueuedLog();
  QueuedLog(const QueuedLog&) = delete;
  QueuedLog& operator=(const QueuedLog&) = delete;
};
// Says how many lines were held back whose minute has passed. For a timer.
void say_repeated_lines();

}  // namespace connlog
