#include "core/base/log.h"

#include <atomic>
#include <cstdio>
#include <memory>
#include <mutex>
#include <utility>

#include "core/base/clock.h"
#include "core/base/log_queue.h"
#include "core/base/repeated_lines.h"

namespace connlog {
namespace {

std::atomic<LogLevel> g_lowest{LogLevel::info};
std::mutex g_write;                       // of lines that are written at once
std::atomic<LogQueue*> g_queue{nullptr};  // owned by the QueuedLog
std::mutex g_repeated_mutex;
RepeatedLines g_repeated;  // under g_repeated_mutex

constexpr milliseconds kLastWordsLimit{1'000};

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

// What makes two lines the same: the event and why it happened. Ids and counts differ from line to line.
std::string kind_of(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  std::string kind = fmt::format("{} {}", name_of(level), event);
  bool has_reason = false;
  for (const LogField& field : fields) {
    if (field.key != "cause" && field.key != "why" && field.key != "reason" && field.key != "message") continue;
    has_reason = true;
    kind += fmt::format(" {}={}", field.key, field.value);
  }
  if (has_reason) return kind;
  for (const LogField& field : fields) kind += fmt::format(" {}={}", field.key, field.value);
  return kind;
}

}  // namespace

void set_log_level(LogLevel lowest) {
  g_lowest = lowest;
}

std::string render_log_line(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  std::string line = fmt::format("{} {} {}", to_iso8601(SystemClock().now(), true), name_of(level), event);
  for (const LogField& field : fields) {
    line += ' ';
    line += field.key;
    line += '=';
    append_quoted(line, field.value);
  }
  line += '\n';
  return line;
}

void log_line(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  if (level < g_lowest.load(std::memory_order_relaxed)) return;
  std::string line = render_log_line(level, event, fields);
  LogQueue* queue = g_queue.load(std::memory_order_acquire);
  if (queue == nullptr) {
    const std::lock_guard lock(g_write);
    std::fwrite(line.data(), 1, line.size(), stderr);
    return;
  }
  if (level >= LogLevel::warning) {
    const std::lock_guard lock(g_repeated_mutex);
    line = g_repeated.admit(kind_of(level, event, fields), std::move(line), SystemClock().monotonic());
  }
  if (!line.empty()) queue->push(std::move(line));
}

void say_repeated_lines() {
  LogQueue* queue = g_queue.load(std::memory_order_acquire);
  if (queue == nullptr) return;
  const std::lock_guard lock(g_repeated_mutex);
  for (std::string& line : g_repeated.due(SystemClock().monotonic())) queue->push(std::move(line));
}

QueuedLog::QueuedLog(int descriptor) {
  g_queue.store(new LogQueue(descriptor), std::memory_order_release);
}

QueuedLog::~QueuedLog() {
  std::unique_ptr<LogQueue> queue(g_queue.load(std::memory_order_acquire));
  {
    const std::lock_guard lock(g_repeated_mutex);
    for (std::string& line : g_repeated.rest()) queue->push(std::move(line));
  }
  if (queue->finish(kLastWordsLimit)) {
    g_queue.store(nullptr, std::memory_order_release);
  } else {
    static_cast<void>(queue.release());  // standard error takes nothing: later lines are dropped there, without a wait
  }
}

}  // namespace connlog
