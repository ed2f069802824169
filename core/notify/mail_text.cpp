// The mail of an announcement, as text and as HTML, and the same in a few words (core/notify/message.h). Pure; any
// thread.

#include <fmt/format.h>

#include <algorithm>
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

// A fact that is a time.
std::string shown_fact(const Announcement& told, std::string_view word) {
  const std::string text(told.fact(word));
  Instant at;
  return parse_iso8601(text, at) ? shown(at) : flattened(text, 40);
}

// "agent", from the word of its kind.
std::string noun_of(const Announcement& told) {
  std::string noun = told.subject_kind.empty() ? "subject" : flattened(told.subject_kind, 40);
  std::replace(noun.begin(), noun.end(), '_', ' ');
  return noun;
}

std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string why_resolved(std::string_view resolution, const std::string& noun) {
  if (resolution == "recovered") return "It recovered by itself";
  if (resolution == "rule_deleted") return "Its rule was deleted";
  if (resolution == "rule_disabled") return "Its rule was switched off";
  if (resolution == "rule_changed") return "Its rule was changed";
  if (resolution == "subject_removed") return fmt::format("The {} was removed", noun);
  if (resolution == "subject_disabled") return fmt::format("The {} was disabled", noun);
  if (resolution == "subject_changed")
    return fmt::format("The {} was changed, and its rule is not about it any more", noun);
  if (resolution == "subject_paused") return fmt::format("The {} was paused", noun);
  if (resolution == "part_gone") return "The part is no longer there";
  return flattened(resolution);
}

bool is_recovery(const MessageFacts& facts) {
  return facts.announcement.kind == Announcement::Kind::incident_resolved;
}
bool is_test(const MessageFacts& facts) {
  return facts.announcement.kind == Announcement::Kind::test;
}
bool is_summary(const MessageFacts& facts) {
  return facts.announcement.kind == Announcement::Kind::summary;
}
bool is_critical(const MessageFacts& facts) {
  return facts.announcement.severity == "critical";
}
// Whether it tells of an opening that is over by now: it had to wait.
bool is_late(const MessageFacts& facts) {
  return !is_recovery(facts) && facts.standing && facts.standing->resolved_at.is_set();
}

Sheet sheet_of_incident(const MessageFacts& facts) {
  const Announcement& told = facts.announcement;
  const bool resolved = is_recovery(facts);
  const std::string noun = noun_of(told);
  Sheet sheet;
  sheet.summary = flattened(told.headline);
  sheet.colour = resolved ? "#1a7f4b" : is_critical(facts) ? "#c8321f" : "#b26a00";
  const std::string state = resolved ? "resolved" : is_late(facts) ? "resolved in the meantime" : "open";
  sheet.rows.emplace_back("State", told.severity.empty() ? state : fmt::format("{} ({})", state, told.severity));
  sheet.rows.emplace_back(capitalised(noun), flattened(told.subject_name));
  if (!told.part.empty()) sheet.rows.emplace_back("Part", flattened(told.part));
  sheet.rows.emplace_back("Rule", flattened(told.fact(kFactRule)));
  sheet.rows.emplace_back("Since", shown_fact(told, kFactOpenedAt));
  if (resolved) {
    sheet.rows.emplace_back("Resolved", fmt::format("{}, after {}", shown_fact(told, kFactResolvedAt),
                                                    flattened(told.fact(kFactLasted), 40)));
    sheet.rows.emplace_back("Reason", why_resolved(told.fact(kFactResolution), noun));
  }
  sheet.rows.emplace_back("Workspace", flattened(facts.workspace.name));
  sheet.link = link_of(facts);
  sheet.link_text = resolved ? "Show the incident" : "Show and acknowledge the incident";
  sheet.closing = fmt::format("Sent to the recipient \"{}\" by connlog at {}.", flattened(facts.recipient_name, 80),
                              facts.public_url);
  return sheet;
}

// What is open, an incident a line.
Sheet sheet_of_summary(const MessageFacts& facts) {
  const Announcement& told = facts.announcement;
  Sheet sheet;
  sheet.summary = flattened(told.headline);
  sheet.colour = is_critical(facts) ? "#c8321f" : "#b26a00";
  for (const auto& [word, text] : told.facts) {
    if (word == kFactIncident) sheet.rows.emplace_back("Open", flattened(text));
  }
  if (const std::string_view count = told.fact(kFactCount); !count.empty())
    sheet.rows.emplace_back("In all", flattened(count, 40));
  sheet.rows.emplace_back("Workspace", flattened(facts.workspace.name));
  sheet.link = link_of(facts);
  sheet.link_text = "Show the incidents";
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
  sheet.link = link_of(facts);
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

Sheet sheet_of(const MessageFacts& facts) {
  if (is_summary(facts)) return sheet_of_summary(facts);
  return is_test(facts) ? sheet_of_test(facts) : sheet_of_incident(facts);
}

std::string headline_of(const MessageFacts& facts) {
  if (is_test(facts)) return "Test from connlog";
  const std::string headline = flattened(facts.announcement.headline, 200);
  if (is_recovery(facts)) return "Resolved: " + headline;
  const std::string severity = flattened(facts.announcement.severity, 40);
  const char* late = is_late(facts) ? "resolved in the meantime" : "";
  const char* between = severity.empty() || *late == '\0' ? "" : ", ";
  if (severity.empty() && *late == '\0') return headline;
  return fmt::format("[{}{}{}] {}", severity, between, late, headline);
}

}  // namespace

MailText render_mail(const MessageFacts& facts) {
  Sheet sheet = sheet_of(facts);
  sheet.unsubscribe = facts.unsubscribe_url;
  return {headline_of(facts), as_text(sheet), as_html(sheet)};
}

ShortMessage render_short(const MessageFacts& facts) {
  Sheet sheet = sheet_of(facts);
  ShortMessage message;
  message.title = headline_of(facts);
  message.lines = std::move(sheet.rows);
  message.link = std::move(sheet.link);
  message.link_text = std::move(sheet.link_text);
  message.thread = facts.announcement.thread;
  message.colour = std::move(sheet.colour);
  if (is_recovery(facts))
    message.tone = Tone::recovery;
  else if (!is_test(facts))
    message.tone = is_critical(facts) ? Tone::critical : Tone::warning;
  return message;
}

std::string lines_of(const ShortMessage& message) {
  std::string text;
  for (const auto& [label, value] : message.lines)
    text += fmt::format("{}{}: {}", text.empty() ? "" : "\n", label, value);
  return text;
}

std::string link_of(const MessageFacts& facts) {
  return facts.public_url + facts.announcement.path;
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
