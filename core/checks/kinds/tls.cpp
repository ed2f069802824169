// The kind "tls": the certificate of a server. A handshake, also after STARTTLS of SMTP or IMAP; then trust, name, length
// of the chain and the days that are left.
//
// begin() belongs to the runtime's thread; everything else is pure.
#include <fmt/format.h>

#include <memory>

#include "core/base/text.h"
#include "core/checks/check_kinds.h"
#include "core/checks/kinds/common_fields.h"
#include "core/checks/kinds/presets.h"
#include "core/checks/kinds/stream_talk.h"

namespace connlog {
namespace {

constexpr FieldChoice kStartChoices[] = {
    {"none", "At once"},
    {"smtp", "After STARTTLS of SMTP"},
    {"imap", "After STARTTLS of IMAP"},
};

constexpr Field kFields[] = {
    kHostField,
    {.name = "port", .label = "Port", .type = FieldType::number, .default_value = "443", .lowest = 1, .highest = 65'535},
    {.name = "server_name",
     .label = "Name in the certificate",
     .type = FieldType::text,
     .help = "Asked for, and held against the certificate. Empty: the host.",
     .example = "www.example.org",
     .highest = 253},
    {.name = "starttls", .label = "TLS begins", .type = FieldType::choice, .default_value = "none", .choices = kStartChoices},
    kTlsTrustField,
    kCaField,
    kPinField,
    kFamilyField,
};

std::uint16_t port_of(const FieldValues& values) {
  const std::int64_t port = values.number("port");
  return static_cast<std::uint16_t>(port == 0 ? 443 : port);
}

std::string text_of(const TlsPeer& peer, std::int64_t days) {
  std::string text = fmt::format("the certificate ends in {} day{}, on {}; {}", days, days == 1 ? "" : "s",
                                 to_iso8601(peer.ends_at).substr(0, 10), peer.version);
  if (!peer.names.empty()) text += fmt::format("; for {}", shown_line(peer.names.front(), 100));
  if (peer.names.size() > 1) text += " and others";
  return text;
}

StreamTalk::Turn turn_of(std::string_view starttls) {
  StreamTalk::Turn first;
  if (const Preset* preset = find_preset(starttls)) first = preset->turn({.starttls = true});
  return [first = std::move(first)](StreamTalk& talk) {
    if (!talk.is_secured()) {
      if (first) first(talk);
      return;
    }
    // What the preset would say from here on is not needed.
    const TlsPeer& peer = *talk.peer();
    const std::int64_t days = whole_days_until(peer.ends_at, talk.runtime().clock().now());
    talk.succeed(text_of(peer, days));
  };
}

std::unique_ptr<RunningCheck> begin(CheckRuntime& runtime, std::shared_ptr<const CheckSpec> spec, CheckDone done) {
  StreamTalk::Plan plan;
  plan.host = spec->values.text("host");
  plan.port = port_of(spec->values);
  plan.family = family_of(*spec);
  const std::string starttls = spec->values.text("starttls");
  plan.tls_first = find_preset(starttls) == nullptr;
  Result<TlsAsk> ask = tls_ask(runtime, *spec, plan.host);
  if (!ask) return ended_check(runtime, bad_settings(ask.error().message), std::move(done));
  plan.tls = std::move(*ask);
  return std::make_unique<StreamTalk>(runtime, std::move(spec), std::move(plan), turn_of(starttls), std::move(done));
}

CheckTarget target(const FieldValues& values) {
  return {values.text("host"), port_of(values)};
}

std::string shown(const FieldValues& values) {
  const std::string name = values.text("server_name");
  const std::string place = place_of(target(values));
  return name.empty() || name == values.text("host") ? place : fmt::format("{} ({})", place, name);
}

Result<void> check(const FieldValues& values, const FieldSecrets&) {
  TRY(checked_host("fields.host", values.text("host")));
  if (const std::string name = values.text("server_name"); !name.empty()) TRY(checked_host("fields.server_name", name));
  return check_trust_fields(values);
}

// "tls host", "certificate host:8443"
std::optional<FieldValues> propose(std::string_view text) {
  for (const std::string_view word : {"tls", "certificate", "cert"}) {
    const auto rest = behind_word(text, word);
    if (!rest) continue;
    const std::optional<CheckTarget> place = parse_place(*rest);
    if (!place) return std::nullopt;
    FieldValues values;
    values.set("host", place->host);
    values.set("port", static_cast<std::int64_t>(place->port == 0 ? 443 : place->port));
    return values;
  }
  return std::nullopt;
}

}  // namespace

constexpr CheckKind kTlsCheck{.word = "tls",
                              .title = "Certificate (TLS)",
                              .icon = "lock",
                              .fields = kFields,
                              .target = target,
                              .shown = shown,
                              .begin = begin,
                              .check = check,
                              .propose = propose,
                              .has_certificate = true};

}  // namespace connlog
