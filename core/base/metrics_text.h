// What /metrics answers: figures in the text format that Prometheus reads. One thread at a time.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace connlog {

class MetricsText {
 public:
  // Names are given without "connlog_", which is put before each. A gauge rises and falls; a counter rises alone, from
  // 0 at the start.
  void gauge(std::string_view name, std::string_view help, std::int64_t value) { add(name, "gauge", help, {}, value); }
  void counter(std::string_view name, std::string_view help, std::uint64_t value) {
    add(name, "counter", help, {}, static_cast<std::int64_t>(value));
  }
  // Facts that are no figures: `labels` is the text between the braces, and the value is 1.
  void info(std::string_view name, std::string_view help, std::string_view labels) {
    add(name, "gauge", help, fmt::format("{{{}}}", labels), 1);
  }

  // Lines that others made.
  void append(std::string_view lines) { text_ += lines; }
  std::string take() { return std::move(text_); }

 private:
  void add(std::string_view name, std::string_view type, std::string_view help, std::string_view labels,
           std::int64_t value) {
    text_ += fmt::format("# HELP connlog_{0} {1}\n# TYPE connlog_{0} {2}\nconnlog_{0}{3} {4}\n", name, help, type,
                         labels, value);
  }

  std::string text_;
};

}  // namespace connlog
