// A sheet (sheet.h) as a mail, in text and in HTML, and in a few words (core/notify/message.h). Pure; any thread.
#include <fmt/format.h>

#include <utility>

#include "core/notify/message.h"
#include "core/notify/sheet.h"

namespace connlog {
namespace {

std::string as_text(const Sheet& sheet) {
  std::string out = sheet.summary + "\n\n";
  for (const Sheet::Row& row : sheet.rows) out += fmt::format("{:<11}{}\n", row.label + ":", row.text);
  out += fmt::format("\n{}:\n{}\n", sheet.link_text, sheet.link);
  if (!sheet.acknowledge.empty()) out += fmt::format("\n{}:\n{}\n", sheet.acknowledge, sheet.acknowledge_link);
  out += fmt::format("\n-- \n{}\n", sheet.closing);
  if (!sheet.unsubscribe.empty()) out += fmt::format("No more alerts to this address: {}\n", sheet.unsubscribe);
  return out;
}

std::string acknowledge_html(const Sheet& sheet) {
  if (sheet.acknowledge.empty()) return {};
  return fmt::format("<p style=\"margin:20px 0\">{}: <a href=\"{}\">acknowledge</a></p>\n",
                     escape_html(sheet.acknowledge), escape_html(sheet.acknowledge_link));
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
  for (const Sheet::Row& row : sheet.rows) {
    const std::string text = escape_html(row.text);
    out += fmt::format(
        "<tr><td style=\"padding:3px 16px 3px 0;color:#6b7280;vertical-align:top;white-space:nowrap\">{}</td>"
        "<td style=\"padding:3px 0;overflow-wrap:anywhere\">{}</td></tr>\n",
        escape_html(row.label), row.is_link ? fmt::format("<a href=\"{0}\">{0}</a>", text) : text);
  }
  out += fmt::format(
      "</table>\n"
      "<p style=\"margin:20px 0\"><a href=\"{}\" style=\"display:inline-block;padding:9px 16px;border-radius:6px;background:{};"
      "color:#ffffff;text-decoration:none\">{}</a></p>\n"
      "{}"
      "<p style=\"color:#6b7280;font-size:13px\">{}{}</p>\n"
      "</div>\n</body>\n</html>\n",
      escape_html(sheet.link), sheet.colour, escape_html(sheet.link_text), acknowledge_html(sheet),
      escape_html(sheet.closing),
      sheet.unsubscribe.empty()
          ? std::string()
          : fmt::format("<br><a href=\"{}\" style=\"color:#6b7280\">No more alerts to this address</a>",
                        escape_html(sheet.unsubscribe)));
  return out;
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
  for (Sheet::Row& row : sheet.rows) message.lines.emplace_back(std::move(row.label), std::move(row.text));
  message.link = std::move(sheet.link);
  message.link_text = std::move(sheet.link_text);
  message.thread = facts.announcement.thread;
  message.colour = std::move(sheet.colour);
  message.tone = tone_of(facts);
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
