#include "core/base/secret_forms.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/base/text.h"

namespace connlog::secret_forms {
namespace {

constexpr SecretShape kPrivateKey{"private_key", "a private key", "-----BEGIN … PRIVATE KEY----- to its end"};
constexpr SecretShape kJwt{"json_web_token", "a JSON Web Token",
                           "three parts with dots between, the first two beginning eyJ"};
constexpr SecretShape kUrlPassword{"url_password", "a password in an address", "scheme://name:password@host"};
constexpr SecretShape kTelegram{"telegram_token", "a token of a Telegram bot",
                                "8 to 10 digits, a colon and 35 characters"};
constexpr SecretShape kDiscord{"discord_token", "a token of a Discord bot",
                               "24 to 28 characters beginning with M, N or O, a dot, 6, a dot, 27 or more"};
constexpr SecretShape kSlackHook{"slack_webhook", "a webhook of Slack", "https://hooks.slack.com/services/T…/B…/…"};
constexpr SecretShape kDiscordHook{"discord_webhook", "a webhook of Discord", "https://discord.com/api/webhooks/…/…"};
constexpr SecretShape kConnection{"connection_string", "a password of a connection string",
                                  "Password=… or Pwd=… or AccountKey=… between semicolons"};
constexpr SecretShape kNamed{"named_secret", "a secret value",
                             "password, secret, token, api_key and their like, then = or :, then 8 characters or more"};
constexpr SecretShape kAuthorization{"authorization_header", "the credentials of a request",
                                     "Authorization: Bearer or Basic and 8 characters or more"};
constexpr SecretShape kRecovery{"recovery_key", "a recovery key", "ten words of five letters that can be spoken"};
constexpr SecretShape kPingAddress{"ping_address", "a ping address", "/ping/ and a UUID, or /api/push/ and a token"};

constexpr std::array kShapes{kPrivateKey,  kJwt,        kUrlPassword, kTelegram,      kDiscord,  kSlackHook,
                             kDiscordHook, kConnection, kNamed,       kAuthorization, kRecovery, kPingAddress};

SecretFound found(const SecretShape& shape, std::size_t at, std::size_t length) {
  return {.at = at, .length = length, .shape = shape.word, .noun = shape.noun};
}

constexpr std::size_t kValueMax = 512;  // looked at of a value or an address

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool starts_with_any_case(std::string_view text, std::string_view lower_prefix) {
  if (text.size() < lower_prefix.size()) return false;
  return std::equal(lower_prefix.begin(), lower_prefix.end(), text.begin(),
                    [](char a, char b) { return a == lower(b); });
}

// ---- blocks and tokens

SecretFound private_key_at(std::string_view text, std::size_t at) {
  constexpr std::string_view kBegin = "-----BEGIN ", kMark = "-----";
  const std::string_view rest = text.substr(at);
  if (!rest.starts_with(kBegin)) return {};
  const std::size_t label_end = rest.substr(kBegin.size(), 60).find(kMark);
  if (label_end == std::string_view::npos) return {};
  const std::string_view label = rest.substr(kBegin.size(), label_end);
  if (label.find("PRIVATE KEY") == std::string_view::npos) return {};
  const std::size_t body = kBegin.size() + label_end + kMark.size();
  const std::size_t end = rest.find("-----END ", body);
  if (end == std::string_view::npos) return found(kPrivateKey, at, rest.size());
  const std::size_t close = rest.substr(end + 9, 60).find(kMark);
  return found(kPrivateKey, at, close == std::string_view::npos ? rest.size() : end + 9 + close + kMark.size());
}

SecretFound jwt_at(std::string_view text, std::size_t at) {
  std::string_view rest = text.substr(at);
  std::size_t length = 0;
  for (int part = 0; part < 3; ++part) {
    if (part < 2 && !rest.starts_with("eyJ")) return {};
    const std::size_t run = run_of(Alphabet::word, rest, 16'384);
    if (run < (part < 2 ? 10u : 16u)) return {};
    length += run;
    rest.remove_prefix(run);
    if (part == 2) break;
    if (!rest.starts_with('.')) return {};
    rest.remove_prefix(1);
    ++length;
  }
  return found(kJwt, at, length);
}

SecretFound telegram_at(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  std::size_t digits = 0;
  while (digits < 11 && digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9') ++digits;
  if (digits < 8 || digits > 10 || digits >= rest.size() || rest[digits] != ':') return {};
  if (run_of(Alphabet::word, rest.substr(digits + 1), 36) != 35) return {};
  return found(kTelegram, at, digits + 36);
}

SecretFound discord_at(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  if (rest[0] != 'M' && rest[0] != 'N' && rest[0] != 'O') return {};
  const std::size_t first = run_of(Alphabet::word, rest, 29);
  if (first < 24 || first > 28 || first >= rest.size() || rest[first] != '.') return {};
  const std::size_t second = run_of(Alphabet::word, rest.substr(first + 1), 7);
  const std::size_t dot = first + 1 + second;
  if (second != 6 || dot >= rest.size() || rest[dot] != '.') return {};
  const std::size_t third = run_of(Alphabet::word, rest.substr(dot + 1), 60);
  if (third < 27 || third > 45) return {};
  return found(kDiscord, at, dot + 1 + third);
}

// ---- recovery keys

bool is_recovery_word(std::string_view word) {
  if (word.size() != 5) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const std::string_view allowed = i % 2 == 0 ? "bdfghjklmnprstvz" : "aiou";
    if (allowed.find(lower(word[i])) == std::string_view::npos) return false;
  }
  return true;
}

SecretFound recovery_key_at(std::string_view text, std::size_t at) {
  std::size_t place = at;
  for (int word = 0; word < 10; ++word) {
    if (word > 0) {
      const std::size_t before = place;
      while (place < text.size() && place - before < 4 &&
             std::string_view("- \t\r\n,;").find(text[place]) != std::string_view::npos)
        ++place;
      if (place == before) return {};
    }
    if (!is_recovery_word(text.substr(place, 5))) return {};
    place += 5;
    if (place < text.size() && is_in(Alphabet::alphanumeric, text[place])) return {};
  }
  return found(kRecovery, at, place - at);
}

// ---- addresses

std::size_t end_of_address(std::string_view rest) {
  return std::min(rest.substr(0, kValueMax).find_first_of(" \t\r\n\"'<>|\\^`{}"), std::min(rest.size(), kValueMax));
}

// At "://": the address is judged from its scheme on, the password alone is the secret.
SecretFound url_at(std::string_view text, std::size_t colon) {
  const std::string_view rest = text.substr(colon + 3);
  const std::size_t end = std::min(rest.substr(0, end_of_address(rest)).find_first_of("/?#"), end_of_address(rest));
  const std::string_view authority = rest.substr(0, end);
  const std::size_t at_sign = authority.rfind('@');
  if (at_sign == std::string_view::npos) return {};
  const std::string_view user = authority.substr(0, at_sign);
  const std::size_t between = user.find(':');
  if (between == std::string_view::npos || between + 1 >= user.size()) return {};
  const std::string_view password = user.substr(between + 1);
  // Placeholders of documents.
  if (password.starts_with('$') || password.starts_with('[') || password.find_first_not_of('*') == password.npos)
    return {};
  return found(kUrlPassword, colon + 3 + between + 1, password.size());
}

SecretFound webhook_at(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  constexpr std::string_view kSlack = "https://hooks.slack.com/services/";
  constexpr std::array<std::string_view, 2> kDiscordHosts{"https://discord.com/api/webhooks/",
                                                          "https://discordapp.com/api/webhooks/"};
  if (rest.starts_with(kSlack)) {
    const std::size_t length = run_of(Alphabet::base64, rest.substr(kSlack.size()), 120);
    return length < 40 ? SecretFound{} : found(kSlackHook, at, kSlack.size() + length);
  }
  for (const std::string_view host : kDiscordHosts) {
    if (!rest.starts_with(host)) continue;
    const std::size_t digits = run_of(Alphabet::alphanumeric, rest.substr(host.size()), 24);
    const std::string_view behind = rest.substr(host.size() + digits);
    const std::size_t token = behind.starts_with('/') ? run_of(Alphabet::word, behind.substr(1), 120) : 0;
    if (digits >= 17 && token >= 60) return found(kDiscordHook, at, host.size() + digits + 1 + token);
  }
  return {};
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < 36; ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen ? text[i] != '-' : !is_in(Alphabet::hex, text[i])) return false;
  }
  return true;
}

// The secret part of our own ping addresses.
SecretFound ping_address_at(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  constexpr std::string_view kPing = "/ping/", kPush = "/api/push/";
  if (rest.starts_with(kPing) && is_uuid(rest.substr(kPing.size(), 36)))
    return found(kPingAddress, at + kPing.size(), 36);
  if (rest.starts_with(kPing)) {  // /ping/<key>/<slug>
    const std::string_view behind = rest.substr(kPing.size());
    const std::size_t run = run_of(Alphabet::alphanumeric, behind, 23);
    if (run == 22 && run < behind.size() && behind[run] == '/') return found(kPingAddress, at + kPing.size(), run);
  }
  if (rest.starts_with(kPush)) {
    const std::size_t run = run_of(Alphabet::alphanumeric, rest.substr(kPush.size()), 33);
    if (run == 32 || run == 20 || run == 10) return found(kPingAddress, at + kPush.size(), run);
  }
  return {};
}

// ---- values behind names

constexpr std::array<std::string_view, 18> kSecretNames{
    "password",   "passwd",          "passphrase",   "secret",      "token",        "apikey",
    "accesskey",  "secretkey",       "clientsecret", "authtoken",   "accesstoken",  "refreshtoken",
    "privatekey", "secretaccesskey", "dbpassword",   "bearertoken", "sessiontoken", "pwd"};

// The name that ends before `end`: letters, digits, hyphens and underscores, at most 40 characters. Quotes around it are
// skipped.
std::string_view name_before(std::string_view text, std::size_t end) {
  while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '"' || text[end - 1] == '\'')) --end;
  std::size_t begin = end;
  while (begin > 0 && end - begin < 40 && is_in(Alphabet::word, text[begin - 1])) --begin;
  return text.substr(begin, end - begin);
}

bool is_secret_name(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (c != '-' && c != '_') plain += lower(c);
  }
  return std::ranges::any_of(kSecretNames, [&](std::string_view wanted) {
    return plain == wanted || (plain.size() > wanted.size() && plain.ends_with(wanted) && wanted.size() > 3);
  });
}

// What stands in place of a value: "***", "<token>", "${TOKEN}", "[a secret value]", "changeme", "%s", "null".
bool is_placeholder(std::string_view value) {
  if (std::string_view("<$[{%").find(value.front()) != std::string_view::npos) return true;
  if (value.find_first_not_of("*xX.-") == std::string_view::npos) return true;
  const std::string word = folded(value.substr(0, 12));
  return word == "undefined" || word.starts_with("required") || word.starts_with("incorrect") ||
         word.starts_with("redacted");
}

// At '=' or ':' behind a name.
SecretFound named_at(std::string_view text, std::size_t sign) {
  const std::string_view name = name_before(text, sign);
  if (name.size() < 3) return {};
  std::size_t at = sign + 1;
  const bool is_line = text[sign] == ':';
  if (starts_with_any_case(name, "authorization") && is_line) {
    while (at < text.size() && text[at] == ' ') ++at;
    for (const std::string_view scheme : {"bearer ", "basic ", "token "}) {
      if (!starts_with_any_case(text.substr(at), scheme)) continue;
      const std::size_t length = run_of(Alphabet::base64, text.substr(at + scheme.size()), 4'096);
      std::size_t dotted = run_of(Alphabet::dotted, text.substr(at + scheme.size()), 4'096);
      dotted = std::max(dotted, length);
      if (dotted >= 8) return found(kAuthorization, at + scheme.size(), dotted);
    }
    return {};
  }
  if (!is_secret_name(name)) return {};
  std::size_t spaces = 0;
  while (at < text.size() && text[at] == ' ' && spaces < 3) ++at, ++spaces;
  if (at >= text.size()) return {};
  const char quote = text[at] == '"' || text[at] == '\'' ? text[at] : '\0';
  if (quote != '\0') ++at;
  const std::string_view rest = text.substr(at, kValueMax);
  const std::string_view ends = quote == '"' ? "\"\r\n" : quote == '\'' ? "'\r\n" : " \t\r\n\"'&;,<>()";
  const std::string_view value = rest.substr(0, rest.find_first_of(ends));
  if (value.size() < 8 || is_placeholder(value)) return {};
  // "password: a sentence about it" is prose: behind a colon a bare value has a digit or a sign in it.
  const std::string_view word = value.substr(0, value.find_last_not_of("?!.:") + 1);
  const bool has_more_than_letters =
      std::ranges::any_of(word, [](char c) { return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')); });
  if (is_line && quote == '\0' && !has_more_than_letters) return {};
  return found(kNamed, at, value.size());
}

// "Server=db;User Id=app;Password=hunter2;": shorter values count too, and keys of storage accounts.
SecretFound connection_at(std::string_view text, std::size_t sign) {
  const std::string_view name = name_before(text, sign);
  const bool is_key = starts_with_any_case(name, "accountkey") || starts_with_any_case(name, "sharedaccesskey");
  const bool is_password = (name.size() == 8 && starts_with_any_case(name, "password")) ||
                           (name.size() == 3 && starts_with_any_case(name, "pwd"));
  if (!is_key && !is_password) return {};
  const std::string_view rest = text.substr(sign + 1, kValueMax);
  const std::string_view value = rest.substr(0, rest.find_first_of("; \t\r\n\"'"));
  if (value.empty() || is_placeholder(value)) return {};
  const std::size_t name_at = static_cast<std::size_t>(name.data() - text.data());
  const bool is_among_others = (name_at > 0 && text[name_at - 1] == ';') ||
                               (sign + 1 + value.size() < text.size() && text[sign + 1 + value.size()] == ';');
  return is_among_others ? found(kConnection, sign + 1, value.size()) : SecretFound{};
}

}  // namespace

bool is_in(Alphabet alphabet, char c) {
  const bool digit = c >= '0' && c <= '9', capital = c >= 'A' && c <= 'Z', small = c >= 'a' && c <= 'z';
  switch (alphabet) {
    case Alphabet::hex:
      return digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    case Alphabet::alphanumeric:
      return digit || capital || small;
    case Alphabet::word:
      return digit || capital || small || c == '_' || c == '-';
    case Alphabet::dotted:
      return digit || capital || small || c == '_' || c == '-' || c == '.';
    case Alphabet::upper:
      return digit || capital;
    case Alphabet::upper32:
      return capital || (c >= '2' && c <= '7');
    case Alphabet::base64:
      return digit || capital || small || c == '+' || c == '/' || c == '=' || c == '_' || c == '-';
  }
  return false;
}

std::size_t run_of(Alphabet alphabet, std::string_view text, std::size_t most) {
  std::size_t length = 0;
  while (length < text.size() && length < most && is_in(alphabet, text[length])) ++length;
  return length;
}

SecretFound at(std::string_view text, std::size_t place, bool in_word, std::size_t free_from) {
  const auto free = [free_from](SecretFound one) { return one.at >= free_from ? one : SecretFound{}; };
  const char c = text[place];
  SecretFound one;
  switch (c) {
    case '-':
      if (text.substr(place).starts_with("-----BEGIN ")) return private_key_at(text, place);
      return {};
    case '/':
      return ping_address_at(text, place);
    case ':':
      if (text.substr(place).starts_with("://")) return free(url_at(text, place));
      return free(named_at(text, place));
    case '=':
      one = connection_at(text, place);
      return free(one.length > 0 ? one : named_at(text, place));
    default:
      break;
  }
  if (in_word || (place > 0 && text[place - 1] == '-')) return {};
  if (c == 'e') return jwt_at(text, place);
  if (c >= '0' && c <= '9') return telegram_at(text, place);
  if (c == 'M' || c == 'N' || c == 'O') {
    one = discord_at(text, place);
    if (one.length > 0) return one;
  }
  if (c == 'h') {
    one = webhook_at(text, place);
    if (one.length > 0) return one;
  }
  return recovery_key_at(text, place);
}

std::span<const SecretShape> shapes() {
  return kShapes;
}

}  // namespace connlog::secret_forms
