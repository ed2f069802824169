// The mail of one notification, as text and as HTML, and the same in a few words (core/notify/message.h). Pure; any
// thread.

#include <fmt/format.h>

#include <array>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "core/net/mail_header.h"
#include "core/notify/message.h"

namespace connlog {
namespace {

// The contents of a mail, in order, before they become text or HTML.
struct Sheet {
  std::string summary;
  std::string colour;  // of the bar above the summary, in HTML
  std::vector<std::pair<std::string, std::string>> rows;
  std::string link;
  std::string link_text;
  std::string closing;
  std::string unsubscribe;  // a link; empty: none
};

std::string shown(Instant at) {
  const std::string iso = to_iso8601(at);
  return iso.substr(0, 10) + " " + iso.substr(11, 8) + " UTC";
}

std::string why_resolved(const std::string& resolution) {
  if (resolution == "recovered") return "It recovered by itself";
  if (resolution == "rule_deleted") return "Its rule was deleted";
  if (resolution == "rule_disabled") return "Its rule was switched off";
  if (resolution == "rule_changed") return "Its rule was changed";
  if (resolution == "agent_removed") return "The agent was removed";
  if (resolution == "agent_disabled") return "The agent was disabled";
  if (resolution == "agent_changed") return "The agent was changed, and its rule is not about it any more";
  return flattened(resolution);
}

Sheet sheet_of_incident(const MessageFacts& facts) {
  const AnnouncedIncident& incident = *facts.incident;
  const bool resolved = facts.kind == Notification::Kind::incident_resolved;
  Sheet sheet;
  sheet.summary = flattened(incident.summary);
  sheet.colour = resolved ? "#1a7f4b" : incident.severity == "critical" ? "#c8321f" : "#b26a00";
  // A mail that had to wait shows the incident's present state.
  const std::string state =
      incident.resolved_at.is_set() ? (resolved ? "resolved" : "resolved in the meantime") : "open";
  sheet.rows.emplace_back("State", fmt::format("{} ({})", state, incident.severity));
  sheet.rows.emplace_back("Agent", flattened(incident.agent_name));
  sheet.rows.emplace_back("Rule", flattened(incident.rule_sentence));
  sheet.rows.emplace_back("Since", shown(incident.opened_at));
  if (resolved) {
    const std::int64_t lasted =
        std::max<std::int64_t>(0, (incident.resolved_at - incident.opened_at).count() / 1'000'000);
    sheet.rows.emplace_back("Resolved",
                            fmt::format("{}, after {}", shown(incident.resolved_at), duration_text(lasted)));
    sheet.rows.emplace_back("Reason", why_resolved(incident.resolution));
  }
  sheet.rows.emplace_back("Workspace", flattened(facts.workspace.name));
  sheet.link = incident_url(facts);
  sheet.link_text = resolved ? "Show the incident" : "Show and acknowledge the incident";
  sheet.closing = fmt::format("Sent to the recipient \"{}\" by connlog at {}.", flattened(facts.recipient_name, 80),
                              facts.public_url);
  return sheet;
}

Sheet sheet_of_test(const MessageFacts& facts) {
  Sheet sheet;
  sheet.summary = "This is a test. Alerts will arrive here.";
  sheet.colour = "#2f6fde";
  if (!facts.recipient_name.empty()) sheet.rows.emplace_back("Recipient", flattened(facts.recipient_name, 80));
  if (!facts.workspace.id.is_nil()) sheet.rows.emplace_back("Workspace", flattened(facts.workspace.name));
  sheet.rows.emplace_back("Sent", shown(facts.now));
  sheet.link = facts.public_url;
  sheet.link_text = "Open connlog";
  sheet.closing = "Nothing happened and nothing needs to be done.";
  return sheet;
}

std::string as_text(const Sheet& sheet) {
  std::string out = sheet.summary + "\n\n";
  for (const auto& [label, value] : sheet.rows) out += fmt::format("{:<11}{}\n", label + ":", value);
  out += fmt::format("\n{}:\n{}\n\n-- \n{}\n", sheet.link_text, sheet.link, sheet.closing);
  if (!sheet.unsubscribe.empty()) out += fmt::format("No more alerts to this address: {}\n", sheet.unsubscribe);
  return out;
}

// Tables and inline styles, because mail programs support little else. No pictures; nothing is loaded from elsewhere.
std::string as_html(const Sheet& sheet) {
  std::string out = fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\">"
      "<title>{0}</title></head>\n"
      "<body style=\"margin:0;padding:24px;font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-size:15px;"
      "line-height:1.5\">\n"
      "<div style=\"max-width:560px;margin:0 auto;border-top:4px solid {1};padding-top:16px\">\n"
      "<h1 style=\"font-size:19px;line-height:1.35;margin:0 0 16px\">{0}</h1>\n"
      "<table role=\"presentation\" style=\"border-collapse:collapse;width:100%\">\n",
      escape_html(sheet.summary), sheet.colour);
  for (const auto& [label, value] : sheet.rows) {
    out += fmt::format(
        "<tr><td style=\"padding:3px 16px 3px 0;color:#6b7280;vertical-align:top;white-space:nowrap\">{}</td>"
        "<td style=\"padding:3px 0;overflow-wrap:anywhere\">{}</td></tr>\n",
        escape_html(label), escape_html(value));
  }
  out += fmt::format(
      "</table>\n"
      "<p style=\"margin:20px 0\"><a href=\"{}\" style=\"display:inline-block;padding:9px 16px;border-radius:6px;background:{};"
      "color:#ffffff;text-decoration:none\">{}</a></p>\n"
      "<p style=\"color:#6b7280;font-size:13px\">{}{}</p>\n"
      "</div>\n</body>\n</html>\n",
      escape_html(sheet.link), sheet.colour, escape_html(sheet.link_text), escape_html(sheet.closing),
      sheet.unsubscribe.empty()
          ? std::string()
          : fmt::format("<br><a href=\"{}\" style=\"color:#6b7280\">No more alerts to this address</a>",
                        escape_html(sheet.unsubscribe)));
  return out;
}

std::string headline_of(const MessageFacts& facts) {
  switch (facts.kind) {
    case Notification::Kind::test:
      return "Test from connlog";
    case Notification::Kind::incident_resolved:
      return "Resolved: " + flattened(facts.incident->summary, 200);
    case Notification::Kind::incident_opened:
      break;
  }
  const char* late = facts.incident->resolved_at.is_set() ? ", resolved in the meantime" : "";
  return fmt::format("[{}{}] {}", facts.incident->severity, late, flattened(facts.incident->summary, 200));
}

}  // namespace

MailText render_mail(const MessageFacts& facts) {
  Sheet sheet = facts.incident ? sheet_of_incident(facts) : sheet_of_test(facts);
  sheet.unsubscribe = facts.unsubscribe_url;
  return {headline_of(facts), as_text(sheet), as_html(sheet)};
}

ShortMessage render_short(const MessageFacts& facts) {
  Sheet sheet = facts.incident ? sheet_of_incident(facts) : sheet_of_test(facts);
  ShortMessage message;
  message.title = headline_of(facts);
  message.lines = std::move(sheet.rows);
  message.link = std::move(sheet.link);
  message.link_text = std::move(sheet.link_text);
  message.colour = std::move(sheet.colour);
  if (facts.kind == Notification::Kind::incident_resolved)
    message.tone = Tone::recovery;
  else if (facts.incident)
    message.tone = facts.incident->severity == "critical" ? Tone::critical : Tone::warning;
  return message;
}

std::string lines_of(const ShortMessage& message) {
  std::string text;
  for (const auto& [label, value] : message.lines)
    text += fmt::format("{}{}: {}", text.empty() ? "" : "\n", label, value);
  return text;
}

std::string incident_url(const MessageFacts& facts) {
  return fmt::format("{}/w/{}/incidents/{}", facts.public_url, facts.workspace.slug, facts.incident->id.text());
}

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace connlog
