#include "core/identity/password_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

#include "core/base/embedded.h"
#include "core/base/text.h"

namespace connlog {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// Undoes the usual replacements of letters: guessers try "p4ssword" as soon as "password".
std::string without_disguise(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '0':
        out += 'o';
        break;
      case '1':
      case '!':
      case '|':
        out += 'i';
        break;
      case '3':
        out += 'e';
        break;
      case '4':
      case '@':
        out += 'a';
        break;
      case '5':
      case '$':
        out += 's';
        break;
      case '7':
        out += 't';
        break;
      default:
        out += c;
    }
  }
  return out;
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

// What remains without digits and signs at both ends: "2024welcome!!" → "welcome".
std::string core_of(std::string_view text) {
  while (!text.empty() && !is_letter(text.front())) text.remove_prefix(1);
  while (!text.empty() && !is_letter(text.back())) text.remove_suffix(1);
  return std::string(text);
}

const std::set<std::string_view>& common_passwords() {
  static const std::set<std::string_view> words = [] {
    std::set<std::string_view> out;
    std::string_view text = embedded_text("core/identity/common_passwords.txt");
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      const std::string_view line = text.substr(0, end);
      if (!line.empty() && line.front() != '#') out.insert(line);
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
  }();
  return words;
}

bool is_common(const std::string& password) {
  const auto& words = common_passwords();
  const std::string core = core_of(password);
  const std::string plain = without_disguise(password);
  for (const std::string& candidate : {password, core, plain, core_of(plain), without_disguise(core)}) {
    if (words.contains(candidate)) return true;
    // A word written twice is still that word.
    const std::size_t half = candidate.size() / 2;
    if (candidate.size() >= 2 && candidate.size() % 2 == 0 && candidate.compare(0, half, candidate, half) == 0 &&
        words.contains(candidate.substr(0, half))) {
      return true;
    }
  }
  return false;
}

bool is_built_on(const std::string& password, const std::string& personal) {
  constexpr std::size_t kAddition = 4;  // "jane.doe@example.org1!" is as weak as the address
  return personal.size() >= 3 && password.size() <= personal.size() + kAddition &&
         password.find(personal) != std::string::npos;
}

}  // namespace

Result<void> check_password(std::string_view password, std::string_view name, std::string_view mail) {
  if (!is_utf8(password)) return invalid("password", "The password is not valid UTF-8.");
  if (length_in_characters(password) < kPasswordCharactersMin) {
    return invalid(
        "password",
        fmt::format("The password is too short: it needs at least {} characters. A few random words are best.",
                    kPasswordCharactersMin));
  }
  if (password.size() > kPasswordBytesMax) {
    return invalid("password",
                   fmt::format("The password is too long: at most {} bytes are allowed.", kPasswordBytesMax));
  }
  if (password.find('\0') != std::string_view::npos) {
    return invalid("password", "The password holds a NUL character, which cannot be typed again.");
  }
  const std::string small = lower(password);
  if (std::set<char>(small.begin(), small.end()).size() < 5) {
    return invalid("password",
                   "The password repeats the same few characters. Use different ones; a few random words are best.");
  }
  if (is_common(small)) {
    return invalid("password",
                   "This password is one of those that are tried first. Use another; a few random words are best.");
  }
  const std::string whole_mail = lower(mail);
  for (const std::string& personal : {whole_mail, whole_mail.substr(0, whole_mail.find('@')), lower(name)}) {
    if (is_built_on(small, personal)) {
      return invalid("password",
                     "The password is made of the name or the mail address. Use another; a few random words are best.");
    }
  }
  return {};
}

}  // namespace connlog
