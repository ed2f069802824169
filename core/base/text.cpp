#include "core/base/text.h"

#include <cstdint>
#include <fmt/format.h>
#include <sodium.h>

namespace connlog {
namespace {

// The code point at the start of `text` and its length; length 0 where the bytes are not UTF-8.
struct CodePoint {
  std::uint32_t value = 0;
  std::size_t length = 0;
};

CodePoint first_code_point(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  const std::uint32_t lead = at(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xC2 && lead <= 0xDF   ? 2
                             : (lead & 0xF0) == 0xE0        ? 3
                             : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                            : 0;
  if (length == 0 || text.size() < length) return {};
  std::uint32_t value = lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xC0) != 0x80) return {};
    value = value << 6 | (at(i) & 0x3F);
  }
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  if (overlong || (value >= 0xD800 && value <= 0xDFFF) || value > 0x10FFFF) return {};
  return {value, length};
}

bool is_control(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029 || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

// Unicode's format characters and its other invisible ones, as far as they are assigned.
bool is_invisible(std::uint32_t c) {
  return c == 0xAD || c == 0x34F || c == 0x61C || c == 0x115F || c == 0x1160 || c == 0x17B4 || c == 0x17B5 ||
         (c >= 0x180B && c <= 0x180F) || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0x2800 || c == 0x3164 || (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF ||
         c == 0xFFA0 || (c >= 0xFFF0 && c <= 0xFFFB) || (c >= 0x1D173 && c <= 0x1D17A) ||
         (c >= 0xE0000 && c <= 0xE0FFF);
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

Result<std::string> check(const std::string& field, const std::string& what, std::string_view text, std::size_t min,
                          std::size_t max, bool lines) {
  // A code point has at most four bytes: refuse before looking at each.
  if (text.size() > max * 4 + 64) return invalid(field, fmt::format("{} may have at most {} characters.", what, max));
  if (!is_utf8(text)) return invalid(field, what + " must be valid UTF-8.");
  std::string kept;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (lines && text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    kept += text[i];
  }
  std::string visible = kept;
  if (lines) std::erase_if(visible, [](char c) { return c == '\n' || c == '\t'; });
  if (has_control_character(visible)) {
    return invalid(
        field, what + (lines ? " must not hold control characters." : " must be one line without control characters."));
  }
  kept = std::string(trimmed(kept));
  const std::size_t length = length_in_characters(kept);
  if (length < min)
    return invalid(field,
                   min == 1 ? what + " is missing." : fmt::format("{} must have at least {} characters.", what, min));
  if (length > max) return invalid(field, fmt::format("{} may have at most {} characters.", what, max));
  return kept;
}

}  // namespace

std::string folded(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = first_code_point(text).length;
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool has_control_character(std::string_view text) {
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    if (point.length == 0 || is_control(point.value)) return true;
    text.remove_prefix(point.length);
  }
  return false;
}

std::string harmless(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    if (point.length == 0 || is_control(point.value) || is_invisible(point.value)) {
      out += "\xEF\xBF\xBD";
    } else {
      out += text.substr(0, point.length);
    }
    text.remove_prefix(point.length == 0 ? 1 : point.length);
  }
  return out;
}

std::size_t length_in_characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

std::string cut(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

Result<std::string> one_line(const std::string& field, const std::string& what, std::string_view text, std::size_t min,
                             std::size_t max) {
  return check(field, what, text, min, max, false);
}

Result<std::string> some_lines(const std::string& field, const std::string& what, std::string_view text,
                               std::size_t min, std::size_t max) {
  return check(field, what, text, min, max, true);
}

std::string duration_text(std::int64_t seconds) {
  struct Unit {
    std::int64_t size;
    const char* name;
  };
  static constexpr Unit kUnits[] = {{86'400, "d"}, {3'600, "h"}, {60, "min"}, {1, "s"}};
  std::string text;
  int shown = 0;
  for (const Unit& unit : kUnits) {
    const std::int64_t count = seconds / unit.size;
    seconds %= unit.size;
    if (count == 0) {
      if (shown == 1) break;  // "1 d", not "1 d 5 s"
      continue;
    }
    if (shown == 1) text += ' ';
    text += fmt::format("{} {}", count, unit.name);
    if (++shown == 2) break;
  }
  return text.empty() ? "0 s" : text;
}

std::string decimal_text_x100(std::int64_t value_x100) {
  const bool negative = value_x100 < 0;
  const std::int64_t size = negative ? -value_x100 : value_x100;
  std::string text = fmt::format("{}{}", negative ? "-" : "", size / 100);
  if (size % 100 != 0) {
    text += fmt::format(".{:02}", size % 100);
    if (text.back() == '0') text.pop_back();
  }
  return text;
}

std::string json_string(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    if (point.length == 0) {
      out += "\xEF\xBF\xBD";
      text.remove_prefix(1);
      continue;
    }
    if (point.value == '"' || point.value == '\\') {
      out += '\\';
      out += static_cast<char>(point.value);
    } else if (is_control(point.value)) {
      out += fmt::format("\\u{:04x}", point.value);
    } else {
      out += text.substr(0, point.length);
    }
    text.remove_prefix(point.length);
  }
  return out += '"';
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
  std::string text(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
  text.pop_back();
  return text;
}

}  // namespace connlog
