#include "core/base/log.h"

#include <atomic>
#include <cstdio>
#include <mutex>

#include "core/base/clock.h"

namespace connlog {
namespace {

std::atomic<LogLevel> g_lowest{LogLevel::info};
std::mutex g_write;

void append_quoted(std::string& line, std::string_view value) {
  const bool plain = !value.empty() && value.find_first_of(" \"=\\") == std::string_view::npos;
  if (!plain) line += '"';
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      line += fmt::format("\\x{:02x}", byte);
    } else if (c == '"' || c == '\\') {
      line += '\\';
      line += c;
    } else {
      line += c;
    }
  }
  if (!plain) line += '"';
}

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::error:
      return "error";
  }
  return "?";
}

}  // namespace

void set_log_level(LogLevel lowest) {
  g_lowest = lowest;
}

void log_line(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  if (level < g_lowest.load(std::memory_order_relaxed)) return;
  std::string line = fmt::format("{} {} {}", to_iso8601(SystemClock().now(), true), name_of(level), event);
  for (const LogField& field : fields) {
    line += ' ';
    line += field.key;
    line += '=';
    append_quoted(line, field.value);
  }
  line += '\n';
  const std::lock_guard lock(g_write);
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace connlog
