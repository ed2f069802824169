#include "core/checks/kinds/common_fields.h"

#include <fmt/format.h>

#include <charconv>

#include "core/base/text.h"

namespace connlog {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\n' || text.back() == '\r'))
    text.remove_suffix(1);
  return text;
}

}  // namespace

std::optional<CheckTarget> parse_place(std::string_view text) {
  text = trimmed(text);
  CheckTarget place;
  std::string_view host = text, port;
  IpAddress address;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    host = text.substr(1, end - 1);
    if (!parse_ip(host, address) || !address.v6) return std::nullopt;
    if (end + 1 < text.size()) {
      if (text[end + 1] != ':' || end + 2 == text.size()) return std::nullopt;
      port = text.substr(end + 2);
    }
  } else if (!parse_ip(text, address)) {
    if (const std::size_t colon = text.rfind(':'); colon != std::string_view::npos) {
      host = text.substr(0, colon);
      port = text.substr(colon + 1);
      if (port.empty()) return std::nullopt;
    }
  }
  if (!port.empty()) {
    unsigned number = 0;
    const auto [end, trouble] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (trouble != std::errc{} || end != port.data() + port.size() || number == 0 || number > 65'535)
      return std::nullopt;
    place.port = static_cast<std::uint16_t>(number);
  }
  const Result<std::string> checked = checked_host("host", host);
  if (!checked) return std::nullopt;
  place.host = *checked;
  return place;
}

std::string place_of(const CheckTarget& target) {
  const bool is_v6 = target.host.find(':') != std::string::npos;
  return is_v6 ? fmt::format("[{}]:{}", target.host, target.port) : fmt::format("{}:{}", target.host, target.port);
}

std::optional<std::string_view> behind_word(std::string_view text, std::string_view word) {
  text = trimmed(text);
  if (text.size() <= word.size() || folded(text.substr(0, word.size())) != word) return std::nullopt;
  const char next = text[word.size()];
  if (next != ' ' && next != '\t') return std::nullopt;
  return trimmed(text.substr(word.size()));
}

}  // namespace connlog
