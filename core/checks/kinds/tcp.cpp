// The kind "tcp": a port is open, speaks TLS, and answers as its protocol says (core/checks/kinds/presets) or as people
// expect. Without a preset and without an expected text an open port is enough.
//
// begin() belongs to the runtime's thread; everything else is pure.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "core/base/text.h"
#include "core/checks/check_kinds.h"
#include "core/checks/kinds/common_fields.h"
#include "core/checks/kinds/presets.h"
#include "core/checks/kinds/stream_talk.h"

namespace connlog {
namespace {

constexpr std::size_t kSendMax = 256;
constexpr std::size_t kExpectWithin = 4'096;

constexpr FieldChoice kPresetChoices[] = {
    {"none", "None: as given below"},
    {"smtp", "SMTP: mail server"},
    {"imap", "IMAP: mailboxes"},
    {"ssh", "SSH, with its host key"},
    {"redis", "Redis"},
    {"postgresql", "PostgreSQL"},
    {"mysql", "MySQL, MariaDB"},
    {"mqtt", "MQTT 3.1.1"},
};
constexpr FieldChoice kTlsChoices[] = {
    {"none", "No"},
    {"tls", "From the beginning"},
    {"starttls", "After a start in clear (STARTTLS)"},
};

constexpr Field kFields[] = {
    kHostField,
    {.name = "port", .label = "Port", .type = FieldType::number, .required = true, .example = "5432", .lowest = 1, .highest = 65'535},
    {.name = "preset",
     .label = "Protocol",
     .type = FieldType::choice,
     .help = "What is said and expected. Nobody logs in: a server that asks for a login lives.",
     .default_value = "none",
     .choices = kPresetChoices},
    {.name = "tls", .label = "TLS", .type = FieldType::choice, .default_value = "none", .choices = kTlsChoices},
    kTlsTrustField,
    kCaField,
    kPinField,
    {.name = "send",
     .label = "Send",
     .type = FieldType::text,
     .help = "Without a protocol: sent once the connection stands, at most 256 bytes. \\r, \\n, \\t, \\\\ and \\x0a stand "
             "for bytes.",
     .example = "PING\\r\\n",
     .highest = 1'024},
    {.name = "expect",
     .label = "Expect",
     .type = FieldType::text,
     .help = "Without a protocol: a text that must come within the first 4 KiB, with the same escapes. With SSH: the "
             "fingerprint that the host key must have, as ssh-keygen -l prints it (SHA256:…).",
     .highest = 1'024},
    kFamilyField,
};

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Errors name `field`.
Result<std::string> unescaped(const std::string& field, std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\') {
      out.push_back(text[at]);
      continue;
    }
    const char what = at + 1 < text.size() ? text[at + 1] : '\0';
    const int high = at + 3 < text.size() ? hex_digit(text[at + 2]) : -1;
    const int low = at + 3 < text.size() ? hex_digit(text[at + 3]) : -1;
    if (what == 'r' || what == 'n' || what == 't' || what == '\\') {
      out.push_back(what == 'r' ? '\r' : what == 'n' ? '\n' : what == 't' ? '\t' : '\\');
      ++at;
    } else if (what == 'x' && high >= 0 && low >= 0) {
      out.push_back(static_cast<char>(high << 4 | low));
      at += 3;
    } else {
      return invalid(field, "Behind a backslash stands r, n, t, a backslash, or x and two hex digits.");
    }
  }
  return out;
}

// Without a preset: sends, then looks for the expected text.
StreamTalk::Turn plain_turn(std::string send, std::string expect) {
  return [send = std::move(send), expect = std::move(expect), is_sent = false](StreamTalk& talk) mutable {
    if (!is_sent) {
      is_sent = true;
      if (!send.empty()) talk.send(send);
      if (expect.empty()) return talk.succeed(talk.is_secured() ? "is open, and speaks TLS" : "is open");
    }
    const std::string_view seen = talk.input().substr(0, kExpectWithin);
    if (seen.find(expect) != std::string_view::npos) return talk.succeed("answered as expected");
    if (seen.size() == kExpectWithin)
      return talk.fail(CheckReason::content_wrong, "the expected text is not within the first 4 KiB of its answer");
    if (talk.has_ended() && !seen.empty()) {
      talk.fail(CheckReason::content_wrong,
                fmt::format("answered \"{}\", without the expected text", shown_line(seen, 80)));
    }
  };
}

std::unique_ptr<RunningCheck> begin(CheckRuntime& runtime, std::shared_ptr<const CheckSpec> spec, CheckDone done) {
  const FieldValues& values = spec->values;
  StreamTalk::Plan plan;
  plan.host = values.text("host");
  plan.port = static_cast<std::uint16_t>(values.number("port"));
  plan.family = family_of(*spec);
  const std::string tls = values.text("tls");
  plan.tls_first = tls == "tls";
  if (tls == "tls" || tls == "starttls") {
    Result<TlsAsk> ask = tls_ask(runtime, *spec, plan.host);
    if (!ask) return ended_check(runtime, bad_settings(ask.error().message), std::move(done));
    plan.tls = std::move(*ask);
  }
  plan.wants_text = find_preset(values.text("preset")) == nullptr && !values.text("expect").empty();
  StreamTalk::Turn turn;
  if (const Preset* preset = find_preset(values.text("preset"))) {
    turn = preset->turn({.starttls = tls == "starttls", .expect = values.text("expect")});
  } else {
    Result<std::string> send = unescaped("fields.send", values.text("send"));
    Result<std::string> expect = unescaped("fields.expect", values.text("expect"));
    if (!send || !expect)
      return ended_check(runtime, bad_settings("what is sent or expected cannot be read"), std::move(done));
    turn = plain_turn(std::move(*send), std::move(*expect));
  }
  return std::make_unique<StreamTalk>(runtime, std::move(spec), std::move(plan), std::move(turn), std::move(done));
}

CheckTarget target(const FieldValues& values) {
  return {values.text("host"), static_cast<std::uint16_t>(values.number("port"))};
}

std::string shown(const FieldValues& values) {
  const Preset* preset = find_preset(values.text("preset"));
  const std::string place = place_of(target(values));
  return preset == nullptr ? place : fmt::format("{} ({})", place, preset->label);
}

Result<void> check(const FieldValues& values, const FieldSecrets&) {
  TRY(checked_host("fields.host", values.text("host")));
  TRY(check_trust_fields(values));
  const std::string word = values.text("preset"), tls = values.text("tls");
  const std::string send = TRY(unescaped("fields.send", values.text("send")));
  const Preset* preset = find_preset(word);
  if (const std::string trust = values.text("tls_trust"); tls == "none" && (trust == "pin" || trust == "ca")) {
    return invalid("fields." + trust,
                   word == "ssh" ? "SSH shows no certificate. Give the fingerprint of its host key under \"Expect\": "
                                   "SHA256: and 43 characters."
                                 : "Without TLS there is no certificate to compare. Choose TLS, or the system's "
                                   "authorities here.");
  }
  if (preset == nullptr) {
    if (tls == "starttls") {
      return invalid("fields.tls",
                     "TLS after a start in clear needs a protocol that has it: SMTP, IMAP or PostgreSQL.");
    }
    if (send.size() > kSendMax) return invalid("fields.send", "At most 256 bytes are sent.");
    TRY(unescaped("fields.expect", values.text("expect")));
    return {};
  }
  if (!send.empty()) return invalid("fields.send", "The protocol says what is sent: leave this empty, or choose none.");
  if (tls == "starttls" && !preset->has_starttls)
    return invalid("fields.tls", fmt::format("{} has no TLS after a start in clear.", preset->label));
  if (tls == "tls" && preset->tls_port == 0)
    return invalid("fields.tls", fmt::format("{} does not speak TLS from the beginning.", preset->label));
  const std::string expect = values.text("expect");
  if (word != "ssh" && !expect.empty())
    return invalid("fields.expect", "The protocol says what is expected: leave this empty, or choose none.");
  if (!expect.empty() && !is_ssh_fingerprint(expect)) {
    return invalid("fields.expect",
                   "Give the fingerprint of the host key as ssh-keygen -l -E sha256 prints it: SHA256: and 43 characters.");
  }
  return {};
}

struct Scheme {
  std::string_view text, preset, tls;
};
constexpr Scheme kSchemes[] = {
    {"tcp://", "none", "none"},        {"smtp://", "smtp", "none"},   {"smtps://", "smtp", "tls"},
    {"imap://", "imap", "none"},       {"imaps://", "imap", "tls"},   {"ssh://", "ssh", "none"},
    {"redis://", "redis", "none"},     {"rediss://", "redis", "tls"}, {"postgresql://", "postgresql", "none"},
    {"postgres://", "postgresql", "none"}, {"mysql://", "mysql", "none"}, {"mqtt://", "mqtt", "none"},
    {"mqtts://", "mqtt", "tls"},
};

FieldValues proposed(const CheckTarget& place, std::string_view preset, std::string_view tls) {
  FieldValues values;
  values.set("host", place.host);
  values.set("port", static_cast<std::int64_t>(place.port));
  values.set("preset", std::string(preset));
  values.set("tls", std::string(tls));
  return values;
}

// "db:5432", "tcp://host:port", "redis://host". An address with a user's name in it is none of this kind's.
std::optional<FieldValues> propose(std::string_view text) {
  const std::string lower = folded(text);
  for (const Scheme& scheme : kSchemes) {
    if (!lower.starts_with(scheme.text)) continue;
    std::string_view rest = text.substr(scheme.text.size());
    rest = rest.substr(0, rest.find_first_of("/?#"));
    std::optional<CheckTarget> place = parse_place(rest);
    if (!place) return std::nullopt;
    const Preset* preset = find_preset(scheme.preset);
    if (place->port == 0 && preset != nullptr) place->port = scheme.tls == "tls" ? preset->tls_port : preset->port;
    if (place->port == 0) return std::nullopt;
    return proposed(*place, scheme.preset, scheme.tls);
  }
  const std::optional<CheckTarget> place = parse_place(text);
  if (!place || place->port == 0) return std::nullopt;
  for (const Preset& preset : tcp_presets()) {
    if (place->port == preset.port) return proposed(*place, preset.word, "none");
    if (place->port == preset.tls_port) return proposed(*place, preset.word, "tls");
  }
  if (place->port == 587) return proposed(*place, "smtp", "starttls");
  return proposed(*place, "none", "none");
}

}  // namespace

constexpr CheckKind kTcpCheck{.word = "tcp",
                              .title = "Port (TCP)",
                              .icon = "plug",
                              .fields = kFields,
                              .target = target,
                              .shown = shown,
                              .begin = begin,
                              .check = check,
                              .propose = propose,
                              .has_certificate = true};

}  // namespace connlog
