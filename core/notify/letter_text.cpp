#include "core/notify/letter_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/net/mail_header.h"

namespace connlog {

Result<void> check_letter_path(std::string_view path) {
  const bool on_this_appliance = !path.empty() && path.front() == '/' && (path.size() < 2 || path[1] != '/');
  const bool visible = std::ranges::all_of(path, [](char c) { return c > ' ' && c < 0x7f && c != '\\'; });
  if (!on_this_appliance || !visible || path.size() > 1'000)
    return invalid("link", "The link of a letter must be a path on this appliance.");
  return {};
}

std::string letter_lines(const std::vector<std::string>& paragraphs) {
  std::string lines;
  for (const std::string& paragraph : paragraphs) {
    const std::string line = flattened(paragraph, kParagraphCharactersMax);
    if (line.empty()) continue;
    if (!lines.empty()) lines += '\n';
    lines += line;
  }
  return lines;
}

std::string unlinked(std::string_view name) {
  // In host names the last three count as full stops (UTS #46).
  static constexpr std::string_view kJoints[] = {".", ":", "\u3002", "\uFF0E", "\uFF61"};
  std::string out;
  while (!name.empty()) {
    const auto joint = std::ranges::find_if(kJoints, [&](std::string_view each) { return name.starts_with(each); });
    const std::size_t length = joint == std::end(kJoints) ? 1 : joint->size();
    out += name.substr(0, length);
    name.remove_prefix(length);
    if (joint != std::end(kJoints) && !name.empty() && name.front() != ' ') out += ' ';
  }
  return out;
}

MailText render_letter(const PostedLetter& letter, std::string_view path, std::string_view public_url) {
  std::string text;
  if (!letter.to_name.empty()) text += fmt::format("Hello {},\n\n", unlinked(flattened(letter.to_name, 80)));
  // The link follows the first paragraph, which says what the link is for. The other paragraphs follow the link.
  const std::string link =
      path.empty() ? std::string() : fmt::format("{}:\n{}{}\n\n", flattened(letter.link_text, 120), public_url, path);
  std::string_view rest = letter.text;
  bool first = true;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    text += fmt::format("{}\n\n", rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (first) text += link;
    first = false;
  }
  if (first) text += link;
  text += fmt::format("-- \nSent by connlog at {}. Nobody reads answers to this address.\n", public_url);
  return {flattened(letter.headline, 150), std::move(text), {}};
}

}  // namespace connlog
