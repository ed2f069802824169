// The channel "syslog": each message is one line of RFC 5424 to a syslog server, over TLS, TCP or UDP. Severity by the
// incident's, recoveries are notices. Syslog answers nothing: over TLS and TCP a message counts as delivered once the
// server's TCP has taken it, over UDP once it was sent. What the trails forward (core/audit/syslog_forward.h) is apart
// from this. Pure; any thread.
#include "core/notify/channel.h"

#include <fmt/format.h>

#include "core/net/http_url.h"
#include "core/net/mail_header.h"
#include "core/net/syslog_text.h"
#include "core/net/tls_trust.h"

namespace connlog {
namespace {

constexpr std::string_view kHost = "host";
constexpr std::string_view kPort = "port";
constexpr std::string_view kOver = "transport";
constexpr std::string_view kCa = "ca";
constexpr std::string_view kFacility = "facility";

constexpr FieldChoice kOverChoices[] = {
    {"tls", "TLS"}, {"tcp", "TCP, readable on the way"}, {"udp", "UDP, readable on the way, may get lost"}};

constexpr Field kFields[] = {
    {.name = kHost,
     .label = "Server",
     .type = FieldType::text,
     .required = true,
     .help = "A name or an address, without a port.",
     .example = "logs.example.com",
     .highest = 253,
     .address = true},
    {.name = kPort,
     .label = "Port",
     .type = FieldType::number,
     .help = "6514 is usual with TLS, 601 with TCP, 514 with UDP.",
     .default_value = "6514",
     .lowest = 1,
     .highest = 65'535,
     .address = true},
    {.name = kOver, .label = "Over", .type = FieldType::choice, .default_value = "tls", .choices = kOverChoices},
    {.name = kCa,
     .label = "Authority of its certificate",
     .type = FieldType::certificate,
     .help = "With TLS. Empty: those that the system trusts."},
    {.name = kFacility,
     .label = "Facility",
     .type = FieldType::number,
     .help = "16 to 23 are local0 to local7.",
     .default_value = "16",
     .lowest = 0,
     .highest = 23},
};

std::string host_of(const FieldValues& values) {
  std::string host = values.text(kHost);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  return host;
}

int severity_of(const ShortMessage& message, std::string_view severity) {
  if (message.tone == Tone::critical) return 2;
  if (message.tone == Tone::recovery) return 5;
  return message.tone == Tone::warning && severity != "info" ? 4 : 6;
}

std::string parameters_of(const MessageFacts& facts, const ShortMessage& message) {
  const Announcement& told = facts.announcement;
  std::string out = syslog_parameter("event", webhook_event(told.kind));
  out += syslog_parameter("delivery", delivery_id(facts.message_id));
  out += syslog_parameter("workspace", facts.workspace.slug);
  if (told.incidents.size() == 1) out += syslog_parameter("incident", told.incidents.front().text());
  if (told.incidents.size() > 1) out += syslog_parameter("incidents", std::to_string(told.incidents.size()));
  if (!told.severity.empty()) out += syslog_parameter("severity", told.severity);
  if (!told.subject_name.empty()) {
    out += syslog_parameter("subject_kind", told.subject_kind) + syslog_parameter("subject", told.subject_name);
    if (!told.part.empty()) out += syslog_parameter("part", told.part);
  }
  if (const std::string_view rule = told.fact(kFactRule); !rule.empty()) out += syslog_parameter("rule", rule);
  return out + syslog_parameter("url", message.link);
}

// One line: the headline, and of many together what is said of each.
std::string text_of(const MessageFacts& facts, const ShortMessage& message) {
  std::string text = flattened(message.title);
  if (facts.announcement.incidents.size() < 2) return text;
  std::size_t lines = 0;
  for (const auto& [word, said] : facts.announcement.facts) {
    if (word != kFactIncident || ++lines > kMessageLinesMax) continue;
    text += " | " + flattened(said, 200);
  }
  return text;
}

std::string hostname_of(std::string_view public_url) {
  const auto url = check_http_url(public_url, "url");
  return url ? url->host : "-";
}

Result<Delivery> prepare(const Outgoing& out) {
  const MessageFacts& facts = out.facts;
  const ShortMessage message = render_short(facts);
  SyslogTarget server;
  server.host = host_of(out.values);
  server.port = static_cast<std::uint16_t>(out.values.number(kPort));
  server.over = parse_word<SyslogOver>(out.values.text(kOver)).value_or(SyslogOver::tls);
  server.ca_pem = out.values.text(kCa);
  SyslogHead head;
  head.facility = static_cast<int>(out.values.number(kFacility));
  head.severity = severity_of(message, facts.announcement.severity);
  head.at = facts.now;
  head.hostname = hostname_of(facts.public_url);
  head.message_id = webhook_event(facts.announcement.kind);
  const std::size_t most = server.over == SyslogOver::udp ? kSyslogDatagramBytesMax : kSyslogMessageBytesMax;
  std::string text = syslog_text(head, parameters_of(facts, message), text_of(facts, message), most);
  std::string goes_to = fmt::format("{}:{}", server.host, server.port);
  return Delivery{SyslogDelivery{std::move(server), std::move(text)}, std::move(goes_to)};
}

std::string target(const FieldValues& values, const FieldSecrets&) {
  return fmt::format("{}:{}", host_of(values), values.number(kPort));
}

std::string shown(const FieldValues& values, const FieldSecrets& secrets) {
  return fmt::format("{} over {}", target(values, secrets), values.text(kOver));
}

Result<void> check(const FieldValues& values, const FieldSecrets&) {
  if (!is_host(host_of(values)))
    return invalid("fields.host",
                   "The syslog server is a name such as logs.example.com, or an address, without a port.");
  const std::string ca = values.text(kCa);
  if (ca.empty()) return {};
  if (values.text(kOver) != "tls") return invalid("fields.ca", "Certificates are for TLS alone.");
  if (const auto anchors = TrustAnchors::open({TlsTrust::Kind::ca_pem, ca}, {}); !anchors)
    return invalid("fields.ca", anchors.error().message);
  return {};
}

}  // namespace

extern const ChannelKind kSyslogChannel;
constexpr ChannelKind kSyslogChannel{.word = "syslog",
                                     .title = "Syslog",
                                     .icon = "server",
                                     .fields = kFields,
                                     .prepare = prepare,
                                     .shown = shown,
                                     .target = target,
                                     .check = check,
                                     .can = {.machine = true}};

}  // namespace connlog
