#include "core/notify/webhook_body.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/net/mail_header.h"
#include "core/notify/channel.h"

namespace connlog {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kPlaceholders[] = {
    "title",        "text", "summary",   "event",     "state",       "severity", "subject",
    "subject_kind", "part", "rule",      "opened_at", "resolved_at", "runbook",  "notes",
    "incident",     "url",  "workspace", "delivery",  "recipient",   "sent_at",  "acknowledged_by",
};

// connlog's own, those that say where a request ends, and those of one connection.
constexpr std::string_view kForbiddenHeaders[] = {
    "host",    "content-length",   "transfer-encoding",   "connection", "content-type", "keep-alive",      "te",
    "trailer", "proxy-connection", "proxy-authorization", "upgrade",    "expect",       "accept-encoding",
};

constexpr std::size_t kTextMax = 8'000;
constexpr std::size_t kLinesMax = 50;
constexpr std::size_t kHeadersMax = 20;
constexpr std::size_t kHeaderValueMax = 1'000;
constexpr int kPlaceholdersMax = 50;  // in one body

using Encode = std::function<std::string(std::string_view value)>;

// The length of the placeholder at the beginning of the text, with its braces; 0: there is none.
std::size_t placeholder_at(std::string_view text) {
  if (text.empty() || text.front() != '{') return 0;
  std::size_t end = 1;
  while (end < text.size() && ((text[end] >= 'a' && text[end] <= 'z') || text[end] == '_')) ++end;
  return end > 1 && end < text.size() && text[end] == '}' ? end + 1 : 0;
}

std::string_view value_of(const PlaceholderValues& values, std::string_view name) {
  for (const auto& [known, value] : values) {
    if (known == name) return value;
  }
  return {};
}

// One pass over the template. `between` sees every other character and may say how the next value is to be encoded.
std::string substituted(std::string_view text, const PlaceholderValues& values, const Encode& encode,
                        const std::function<void(char)>& between = {}) {
  std::string out;
  while (!text.empty()) {
    if (const std::size_t length = placeholder_at(text); length > 0) {
      out += encode(value_of(values, text.substr(1, length - 2)));
      text.remove_prefix(length);
      continue;
    }
    if (between) between(text.front());
    out += text.front();
    text.remove_prefix(1);
  }
  return out;
}

std::string as_it_is(std::string_view value) {
  return std::string(value);
}

std::string inside_json_string(std::string_view value) {
  const std::string quoted = json_string(value);
  return quoted.substr(1, quoted.size() - 2);
}

// Between quotes a value is a part of that string; elsewhere it is a string of its own, so that it adds no member.
std::string json_text(std::string_view text, const PlaceholderValues& values) {
  bool is_inside = false, is_escaped = false;
  const auto encode = [&](std::string_view value) {
    is_escaped = false;
    return is_inside ? inside_json_string(value) : json_string(value);
  };
  return substituted(text, values, encode, [&](char c) {
    if (is_escaped) {
      is_escaped = false;
    } else if (is_inside && c == '\\') {
      is_escaped = true;
    } else if (c == '"') {
      is_inside = !is_inside;
    }
  });
}

// Printable ASCII alone: no line ends, and nothing that a proxy reads another way.
std::string in_header(std::string_view value) {
  std::string out;
  for (const char c : flattened(value, kHeaderValueMax)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 && byte < 0xc0) continue;  // of a character that stands already
    out += byte >= ' ' && byte < 0x7f ? c : '?';
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

struct Line {
  std::string_view name, value;
  bool is_whole = true;  // it has the sign between them
};

// "name: value" a line; empty ones are left out.
std::vector<Line> lines_of_fields(std::string_view text, char sign) {
  std::vector<Line> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    const std::size_t at = line.find(sign);
    if (at == std::string_view::npos)
      out.push_back({line, {}, false});
    else
      out.push_back({trimmed(line.substr(0, at)), trimmed(line.substr(at + 1)), true});
  }
  return out;
}

Result<void> check_placeholders(std::string_view text, const char* field) {
  int count = 0;
  for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(1)) {
    const std::size_t length = placeholder_at(rest);
    if (length == 0) continue;
    const std::string_view name = rest.substr(1, length - 2);
    if (std::ranges::find(kPlaceholders, name) == std::end(kPlaceholders)) {
      return invalid(field, fmt::format("There is no value {{{}}}. There are: {}.", name.substr(0, 40),
                                        fmt::join(kPlaceholders, ", ")));
    }
    if (++count > kPlaceholdersMax)
      return invalid(field, fmt::format("At most {} values can be put in.", kPlaceholdersMax));
  }
  return {};
}

Result<void> check_fields_of_body(const ChosenBody& chosen) {
  const bool is_json = chosen.form == BodyForm::json;
  const auto lines = lines_of_fields(chosen.body, is_json ? ':' : '=');
  if (lines.empty() || lines.size() > kLinesMax)
    return invalid("fields.body", fmt::format("Give 1 to {} fields, one a line.", kLinesMax));
  std::vector<std::string_view> names;
  for (const Line& line : lines) {
    if (!line.is_whole || line.name.empty() || placeholder_at(line.name) > 0) {
      return invalid("fields.body", is_json ? "Each line is a field: name: value, such as text: {title}"
                                            : "Each line is a field: name=value, such as text={title}");
    }
    if (std::ranges::find(names, line.name) != names.end())
      return invalid("fields.body", fmt::format("The field {} stands twice.", flattened(line.name, 40)));
    names.push_back(line.name);
  }
  return {};
}

bool is_token(std::string_view text) {
  constexpr std::string_view kMore = "!#$%&'*+-.^_`|~";
  return !text.empty() && text.size() <= 100 && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || kMore.find(c) != kMore.npos;
  });
}

Result<void> check_headers(std::string_view headers) {
  const auto lines = lines_of_fields(headers, ':');
  if (lines.size() > kHeadersMax) return invalid("fields.headers", fmt::format("At most {} headers.", kHeadersMax));
  for (const Line& line : lines) {
    if (!line.is_whole || !is_token(line.name))
      return invalid("fields.headers", "Each line is a header: Name: value, such as Authorization: Bearer …");
    const std::string name = folded(line.name);
    if (name.starts_with("x-connlog-") || std::ranges::find(kForbiddenHeaders, name) != std::end(kForbiddenHeaders))
      return invalid("fields.headers", fmt::format("The header {} is set by connlog itself.", line.name));
    const bool is_plain = std::ranges::all_of(line.value, [](char c) { return c >= ' ' && c < 0x7f; });
    if (!is_plain || line.value.size() > kHeaderValueMax)
      return invalid("fields.headers",
                     fmt::format("The value of the header {} is not printable ASCII of up to {} characters.", line.name,
                                 kHeaderValueMax));
    TRY(check_placeholders(line.value, "fields.headers"));
  }
  return {};
}

std::string type_of(const ChosenBody& chosen) {
  return chosen.content_type.empty() ? "text/plain; charset=utf-8" : chosen.content_type;
}

// Without its parameters, in small letters.
std::string bare_type(const ChosenBody& chosen) {
  const std::string type = type_of(chosen);
  return folded(trimmed(std::string_view(type).substr(0, type.find(';'))));
}

bool is_json_type(std::string_view type) {
  return type.ends_with("/json") || type.ends_with("+json");
}

// JSON texts in a row (x-ndjson, json-seq, jsonl): values are encoded as in one.
bool has_json_texts(std::string_view type) {
  return is_json_type(type) || type.find("json") != type.npos;
}

// A value in a program could be anything: quotes of three kinds, comments, regular expressions.
bool is_program(std::string_view type) {
  return type.ends_with("javascript") || type.ends_with("ecmascript");
}

std::string filled_text(const ChosenBody& chosen, const PlaceholderValues& values) {
  const std::string type = bare_type(chosen);
  if (has_json_texts(type)) return json_text(chosen.body, values);
  if (type == "application/x-www-form-urlencoded") return substituted(chosen.body, values, url_encoded);
  if (type.ends_with("/html") || type.ends_with("/xml") || type.ends_with("+xml"))
    return substituted(chosen.body, values, escape_html);
  return substituted(chosen.body, values, as_it_is);
}

Result<void> check_text(const ChosenBody& chosen) {
  if (trimmed(chosen.body).empty()) return invalid("fields.body", "Write the text that is to be sent.");
  const std::string type = type_of(chosen);
  const bool is_plain = std::ranges::all_of(type, [](char c) { return c >= ' ' && c < 0x7f; });
  if (!is_plain || type.size() > 100 || type.find('/') == std::string::npos)
    return invalid("fields.content_type", "A content type has the form application/json or text/plain.");
  if (is_program(bare_type(chosen)))
    return invalid("fields.content_type", "connlog does not put values into a program. Choose application/json or text/plain.");
  if (!is_json_type(bare_type(chosen))) return {};
  PlaceholderValues sample;
  for (const std::string_view name : kPlaceholders) sample.emplace_back(name, "a\"b\\");
  if (!nlohmann::json::accept(filled_text(chosen, sample)))
    return invalid("fields.body", "This is no JSON, whatever stands for the values.");
  return {};
}

}  // namespace

PlaceholderValues placeholder_values(const MessageFacts& facts) {
  const Announcement& told = facts.announcement;
  const ShortMessage message = render_short(facts);
  const bool has_ended = facts.standing && facts.standing->resolved_at.is_set();
  const auto fact = [&](std::string_view word) { return flattened(told.fact(word)); };
  PlaceholderValues values = {
      {"title", message.title},
      {"text", lines_within(message, kTextMax)},
      {"summary", flattened(told.headline.empty() ? message.title : told.headline)},
      {"event", std::string(webhook_event(told.kind))},
      {"state", !facts.standing ? std::string()
                : has_ended     ? "resolved"
                                : "open"},
      {"severity", told.severity},
      {"subject", flattened(told.subject_name)},
      {"subject_kind", told.subject_kind},
      {"part", flattened(told.part)},
      {"rule", fact(kFactRule)},
      {"opened_at", fact(kFactOpenedAt)},
      {"resolved_at", has_ended ? to_iso8601(facts.standing->resolved_at) : std::string()},
      {"acknowledged_by", facts.standing ? flattened(facts.standing->acknowledged_by) : std::string()},
      {"runbook", fact(kFactRunbook)},
      {"notes", std::string(told.fact(kFactNotes))},
      {"incident", told.incidents.empty() ? std::string() : told.incidents.front().text()},
      {"url", message.link},
      {"workspace", flattened(facts.workspace.name)},
      {"delivery", delivery_id(facts.message_id)},
      {"recipient", flattened(facts.recipient_name)},
      {"sent_at", to_iso8601(facts.now)},
  };
  return values;
}

Result<void> check_chosen_body(const ChosenBody& chosen) {
  TRY(check_headers(chosen.headers));
  if (chosen.form == BodyForm::connlog) {
    if (!chosen.body.empty())
      return invalid("fields.body", "connlog's own JSON has no text of yours. Choose another form.");
    return {};
  }
  TRY(check_placeholders(chosen.body, "fields.body"));
  return chosen.form == BodyForm::text ? check_text(chosen) : check_fields_of_body(chosen);
}

FilledBody fill(const ChosenBody& chosen, const PlaceholderValues& values) {
  FilledBody out;
  for (const Line& line : lines_of_fields(chosen.headers, ':'))
    out.headers.push_back({std::string(line.name), substituted(line.value, values, in_header)});
  switch (chosen.form) {
    case BodyForm::connlog:
      break;
    case BodyForm::json: {
      ordered_json body = ordered_json::object();
      for (const Line& line : lines_of_fields(chosen.body, ':'))
        body[std::string(line.name)] = substituted(line.value, values, as_it_is);
      out.content_type = "application/json";
      out.body = body.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
      break;
    }
    case BodyForm::form: {
      std::vector<std::pair<std::string, std::string>> fields;
      for (const Line& line : lines_of_fields(chosen.body, '='))
        fields.emplace_back(std::string(line.name), substituted(line.value, values, as_it_is));
      out.content_type = "application/x-www-form-urlencoded";
      out.body = form_encoded(fields);
      break;
    }
    case BodyForm::text:
      out.content_type = type_of(chosen);
      out.body = filled_text(chosen, values);
      break;
  }
  return out;
}

}  // namespace connlog
