#include "core/wire/protocol.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <charconv>

#include "core/base/text.h"
#include "core/crypto/token.h"

namespace connlog::wire {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alnum(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_lower_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f');
}

std::optional<std::uint64_t> decimal(std::string_view text, std::uint64_t highest) {
  if (text.empty() || text.size() > 20 || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value > highest) return std::nullopt;
  return value;
}

std::string word(std::string_view text, std::string_view punctuation) {
  if (text.empty() || text.size() > 32) return {};
  for (const char c : text) {
    if (!is_alnum(c) && punctuation.find(c) == std::string_view::npos) return {};
  }
  return std::string(text);
}

// Length of the valid UTF-8 sequence at the start of `text` (RFC 3629: no overlong forms, no surrogates), or 0.
std::size_t sequence_length(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = at(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xC2 && lead <= 0xDF   ? 2
                             : lead >= 0xE0 && lead <= 0xEF ? 3
                             : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                            : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xC0) != 0x80) return 0;
  }
  if (lead == 0xE0 && at(1) < 0xA0) return 0;
  if (lead == 0xED && at(1) > 0x9F) return 0;
  if (lead == 0xF0 && at(1) < 0x90) return 0;
  if (lead == 0xF4 && at(1) > 0x8F) return 0;
  return length;
}

bool unhex16(std::string_view hex, std::uint8_t* out) {
  if (hex.size() != 32 || !std::all_of(hex.begin(), hex.end(), is_lower_hex)) return false;
  const auto nibble = [](char c) { return is_digit(c) ? c - '0' : c - 'a' + 10; };
  for (std::size_t i = 0; i < 16; ++i)
    out[i] = static_cast<std::uint8_t>(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
  return true;
}

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      out += c;
    }
  }
  return out += '"';
}

}  // namespace

std::optional<std::string_view> bearer_token(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";  // case-insensitive (RFC 9110 §11.1)
  if (authorization.size() <= kScheme.size()) return std::nullopt;
  for (std::size_t i = 0; i < kScheme.size(); ++i) {
    const char c = authorization[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != kScheme[i]) return std::nullopt;
  }
  const std::string_view token = authorization.substr(kScheme.size());
  if (!is_token_shaped(kTokenPrefix, token)) return std::nullopt;
  return token;
}

bool is_protocol_version(std::string_view value) {
  return value == "1";
}

std::optional<std::uint32_t> config_version(std::string_view value) {
  const auto number = decimal(value, UINT32_MAX);
  if (!number) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

std::string agent_version(std::string_view value) {
  return word(value, ".+-");
}

bool is_no_machine_id(std::string_view value) {
  // SHA-256 of "connlog-machine-id|" and: "uninitialized", 32 zeros, a UUID of zeros, nothing, 32 times "f".
  static constexpr std::string_view kOfNone[] = {"c0200a4f861fc03d0b097b16e88a6514ca69dd365d375523ea65e0cba5fb83e7",
                                                 "563aa5d8aa220b179b792f8c8972ef16297dcc652b208720f53794522d9f9ed8",
                                                 "fb3598da625d08163d046cfb18614288d148eaa912720803992db31236cfa8a8",
                                                 "a34944af9122736bf03628990b39fc73b4d2da23ccb80ca961a0693f814bda73",
                                                 "949f62ca2f063f3f09021c08ad536a9a22200354d7eec5ad48b9b396b269edf8"};
  if (value.empty() || value == "uninitialized") return true;
  if (value.find_first_not_of("0-") == std::string_view::npos) return true;
  if (value.find_first_not_of("fF-") == std::string_view::npos) return true;
  return std::any_of(std::begin(kOfNone), std::end(kOfNone), [&](std::string_view none) {
    return std::equal(value.begin(), value.end(), none.begin(), none.end(), [](char given, char digit) {
      return (given >= 'A' && given <= 'F' ? static_cast<char>(given - 'A' + 'a') : given) == digit;
    });
  });
}

std::string machine_id(std::string_view value) {
  if (value.size() != 64 || is_no_machine_id(value)) return {};
  std::string id(value);
  for (char& c : id) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    if (!is_lower_hex(c)) return {};
  }
  return id;
}

std::string system_word(std::string_view value) {
  return word(value, "._-");
}

std::int64_t cpu_core_count(std::string_view value) {
  return static_cast<std::int64_t>(decimal(value, 65'535).value_or(0));
}

std::string hostname(std::string_view value) {
  if (value.empty() || value.size() > 255) return {};
  for (std::string_view rest = value; !rest.empty();) {
    const std::size_t length = sequence_length(rest);
    const auto lead = static_cast<unsigned char>(rest[0]);
    if (length == 1 && (lead < 0x20 || lead == 0x7F)) return {};
    if (length == 2 && lead == 0xC2 && static_cast<unsigned char>(rest[1]) < 0xA0) return {};  // C1 controls
    rest.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return harmless(value);
}

std::array<std::uint8_t, 17> request_id(std::string_view value) {
  std::array<std::uint8_t, 17> id{};
  if (value.empty()) return id;
  if (unhex16(value, id.data() + 1)) {
    id[0] = 1;
  } else if (value.starts_with("hb") && unhex16(value.substr(2), id.data() + 1)) {
    id[0] = 2;
  } else {
    id[0] = 3;
    crypto_generichash(id.data() + 1, 16, reinterpret_cast<const unsigned char*>(value.data()), value.size(), nullptr,
                       0);
  }
  return id;
}

std::string request_id_text(const std::array<std::uint8_t, 17>& id) {
  if (id[0] == 0) return {};
  const std::string hex = to_hex(std::span(id).subspan(1));
  return id[0] == 1 ? hex : id[0] == 2 ? "hb" + hex : "#" + hex;
}

std::string render_config(const AgentConfig& config) {
  return fmt::format(R"({{"ok":true,"data":{{"configVersion":{},"heartbeatIntervalSeconds":{},"missedThreshold":{},)"
                     R"("metrics":{{"cpu":{},"memory":{},"disk":{},"load":{}}},"maxPayloadSizeKb":{},)"
                     R"("quickActions":{{"enabled":false,"pollIntervalSeconds":5}}}}}})",
                     config.version, config.interval_seconds, config.missed_threshold, config.metrics.cpu,
                     config.metrics.memory, config.metrics.disk, config.metrics.load, config.max_payload_kb);
}

std::string render_assignment(std::string_view base_url) {
  while (base_url.ends_with('/')) base_url.remove_suffix(1);
  return fmt::format(R"({{"ok":true,"data":{{"heartbeatUrl":{},"regionCode":null,"refreshAfterSeconds":{}}}}})",
                     json_text(std::string(base_url) + std::string(kHeartbeatPath)), kRefreshSecondsDefault);
}

std::string render_heartbeat_reply(const HeartbeatReply& reply) {
  std::string text =
      fmt::format(R"({{"ok":true,"server_time":"{}","expected_interval_seconds":{},"config_outdated":{},)"
                  R"("latest_config_version":{},"update":null,"uninstall":false,"reboot":false,"quick_actions":[]}})",
                  to_iso8601(reply.server_time), reply.expected_interval_seconds, reply.config_outdated,
                  reply.latest_config_version);
  if (!reply.trust.empty()) {
    text.pop_back();
    text += fmt::format(R"(,"trust":{}}})", json_text(reply.trust));
  }
  return text;
}

std::string render_error(std::string_view code) {
  return fmt::format(R"({{"ok":false,"error":{}}})", json_text(code));
}

}  // namespace connlog::wire
