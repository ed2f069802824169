#include "core/net/mail_header.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <vector>

#include "core/net/address_policy.h"
#include "core/net/idna.h"

namespace connlog {
namespace {

constexpr std::size_t kMailAddressMax = 254;  // RFC 5321 §4.5.3.1.3, less the angle brackets
constexpr std::size_t kLocalPartMax = 64;
constexpr std::size_t kLineMax = 76;
// "=?UTF-8?B?" + 52 + "?=" = 64 characters: a word fits beside "Subject: " within a line (RFC 2047 §2 allows 75 and
// 76).
constexpr std::size_t kEncodedWordBytes = 39;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_dot_atom(std::string_view text) {
  return !text.empty() && text.front() != '.' && text.back() != '.' && text.find("..") == std::string_view::npos &&
         std::ranges::all_of(text, [](char c) {
           return is_alphanumeric(c) || std::string_view("!#$%&'*+-/=?^_`{|}~.").find(c) != std::string_view::npos;
         });
}

bool is_domain(std::string_view text) {
  if (text.size() > 253 || text.empty() || text.back() == '.') return false;
  while (!text.empty()) {
    const std::size_t dot = std::min(text.find('.'), text.size());
    const std::string_view label = text.substr(0, dot);
    const bool good = !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
                      std::ranges::all_of(label, [](char c) { return is_alphanumeric(c) || c == '-'; });
    if (!good) return false;
    text.remove_prefix(std::min(dot + 1, text.size()));
  }
  return true;
}

bool is_address_literal(std::string_view text) {
  if (text.size() < 3 || text.front() != '[' || text.back() != ']') return false;
  text = text.substr(1, text.size() - 2);
  if (text.starts_with("IPv6:")) text.remove_prefix(5);
  IpAddress address;
  return text.find('[') == std::string_view::npos && parse_ip(text, address);
}

// Reads one character at `at`; false where the bytes are no UTF-8 (overlong forms and surrogates included).
bool next_character(std::string_view text, std::size_t& at, char32_t& out) {
  const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
  const unsigned char first = byte(at);
  std::size_t length = 1;
  char32_t value = first;
  if (first >= 0xf0 && first <= 0xf4)
    length = 4, value = first & 0x07u;
  else if (first >= 0xe0)
    length = 3, value = first & 0x0fu;
  else if (first >= 0xc2)
    length = 2, value = first & 0x1fu;
  else if (first >= 0x80)
    return ++at, false;
  if (first > 0xf4 || at + length > text.size()) return ++at, false;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xc0) != 0x80) return ++at, false;
    value = value << 6 | (byte(at + i) & 0x3fu);
  }
  constexpr std::array<char32_t, 5> kLowest = {0, 0, 0x80, 0x800, 0x10000};
  if (value < kLowest[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return ++at, false;
  at += length;
  out = value;
  return true;
}

bool breaks_a_line(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029 || (c >= 0x202a && c <= 0x202e) ||
         c == 0x61c || c == 0x200b || c == 0x200e || c == 0x200f || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
         (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe0fff);
}

bool needs_encoding(std::string_view text) {
  // "=?" looks like the beginning of an encoded word; a word longer than a line cannot be folded.
  if (text.find("=?") != std::string_view::npos) return true;
  std::size_t word = 0;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return true;
    word = c == ' ' ? 0 : word + 1;
    if (word > kLineMax - 1) return true;
  }
  return text.starts_with(' ') || text.ends_with(' ') || text.find("  ") != std::string_view::npos;
}

std::vector<std::string> encoded_words(std::string_view text) {
  std::vector<std::string> words;
  std::size_t begin = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t next = at;
    char32_t ignored = 0;
    next_character(text, next, ignored);
    if (next - begin > kEncodedWordBytes) {
      words.push_back("=?UTF-8?B?" + base64(text.substr(begin, at - begin)) + "?=");
      begin = at;
    }
    at = next;
  }
  if (begin < text.size()) words.push_back("=?UTF-8?B?" + base64(text.substr(begin)) + "?=");
  return words;
}

std::vector<std::string> words_of(std::string_view text) {
  if (needs_encoding(text)) return encoded_words(text);
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    words.emplace_back(text.substr(0, space));
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return words;
}

std::string fold(std::string_view name, const std::vector<std::string>& words) {
  std::string out(name);
  out += ":";
  std::size_t column = out.size();
  for (const std::string& word : words) {
    // The first word stays beside the name: a header whose first line is blank is obsolete syntax.
    if (column + 1 + word.size() > kLineMax && column > name.size() + 1) {
      out += "\r\n";
      column = 0;
    }
    out += ' ';
    out += word;
    column += 1 + word.size();
  }
  return out;
}

}  // namespace

std::string base64(std::string_view bytes) {
  std::string out(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  out.pop_back();  // the terminating zero
  return out;
}

Result<void> check_mail_address(std::string_view text, const std::string& field) {
  TRY(mail_address_for_wire(text, field));
  return {};
}

Result<std::string> mail_address_for_wire(std::string_view text, const std::string& field) {
  const Error wrong = invalid(field, "This is not a mail address such as ops@example.com.");
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || text.size() > kMailAddressMax || at > kLocalPartMax) return wrong;
  const std::string_view local = text.substr(0, at);
  if (std::ranges::any_of(local, [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) {
    return invalid(field,
                   "Before the @ a mail address may have only letters from a to z, digits and signs: most mail servers "
                   "take no others. The domain may have any letters.");
  }
  if (!is_dot_atom(local)) return wrong;
  const std::string_view domain = text.substr(at + 1);
  if (is_address_literal(domain)) return std::string(text);
  const std::string ascii = domain_to_ascii(domain);
  if (ascii.empty() || !is_domain(ascii) || at + 1 + ascii.size() > kMailAddressMax) return wrong;
  return fmt::format("{}@{}", local, ascii);
}

std::string to_rfc5322(Instant at) {
  constexpr std::array<const char*, 7> kDays = {"Thu", "Fri", "Sat", "Sun",
                                                "Mon", "Tue", "Wed"};  // 1970-01-01 was a Thursday
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::string iso = to_iso8601(at);  // "2026-11-24T09:15:02Z"
  const std::int64_t days = at.micros / 86'400'000'000;
  const int month = (iso[5] - '0') * 10 + (iso[6] - '0');
  return fmt::format("{}, {} {} {} {} +0000", kDays[static_cast<std::size_t>(days % 7)], iso.substr(8, 2),
                     kMonths[static_cast<std::size_t>(month - 1)], iso.substr(0, 4), iso.substr(11, 8));
}

std::string header_line(std::string_view name, std::string_view text) {
  return fold(name, words_of(flattened(text, 500)));
}

std::string mailbox_header_line(std::string_view name, std::string_view display_name, std::string_view address) {
  const std::string shown = flattened(display_name, 100);
  const std::string route = fmt::format("<{}>", address);
  if (shown.empty()) return fold(name, {std::string(address)});
  std::vector<std::string> words;
  if (needs_encoding(shown)) {
    words = encoded_words(shown);
  } else {
    std::string quoted = "\"";
    for (const char c : shown) {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
    words.push_back(quoted + "\"");
  }
  words.push_back(route);
  return fold(name, words);
}

std::string flattened(std::string_view text, std::size_t characters_max) {
  std::string out;
  std::size_t characters = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (characters == characters_max) return out + "…";
    const std::size_t begin = at;
    char32_t character = 0;
    if (!next_character(text, at, character))
      out += "\xef\xbf\xbd";
    else if (breaks_a_line(character))
      out += ' ';
    else
      out += text.substr(begin, at - begin);
    ++characters;
  }
  return out;
}

}  // namespace connlog
