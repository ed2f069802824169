#include "core/watch/subject_texts.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "core/net/http_url.h"
#include "core/watch/rule.h"

namespace connlog {
namespace {

bool is_digit_or_lower(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_of_subject_key(char c) {
  return is_digit_or_lower(c) || c == '.' || c == '_' || c == '-';
}

bool is_of_label_key(char c) {
  return is_digit_or_lower(c) || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '/' || c == '-';
}

}  // namespace

Result<void> check_subject_key(std::string_view key) {
  // It stands in an address, where "." and ".." are steps of the path.
  if (key == "." || key == "..") return invalid("key", "A key cannot be of dots alone.");
  if (key.size() <= kSubjectKeyMax && std::ranges::all_of(key, is_of_subject_key)) return {};
  return invalid("key", fmt::format("A key has 1 to {} characters of a–z, 0–9, '.', '_' and '-'.", kSubjectKeyMax));
}

Result<std::string> checked_notes(std::string_view notes) {
  if (notes.size() > kNotesBytesMax) {
    return invalid("notes",
                   fmt::format("The notes may have at most {} bytes; these have {}.", kNotesBytesMax, notes.size()));
  }
  return some_lines("notes", "The notes", notes, 0, kNotesBytesMax);
}

Result<std::string> checked_runbook(std::string_view address) {
  std::string text = TRY(one_line("runbook", "The runbook", address, 0, kRunbookBytesMax));
  if (text.empty()) return text;
  const auto is_of_address = [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '<' && c != '>'; };
  const std::string_view before_fragment = std::string_view(text).substr(0, text.find('#'));
  const auto url = check_http_url(before_fragment, "runbook");
  if (!url) return url.error();
  if (url->scheme != "https" || !std::ranges::all_of(text, is_of_address))
    return invalid("runbook", "A runbook is an address that begins with https://, without spaces.");
  return text;
}

Result<std::vector<std::string>> checked_tags(const std::vector<std::string>& tags) {
  if (tags.size() > kTagsMax) return invalid("tags", fmt::format("There may be at most {} tags.", kTagsMax));
  std::vector<std::string> checked;
  for (const std::string& tag : tags) {
    std::string text = TRY(one_line("tags", "A tag", tag, 1, kTagCharactersMax));
    if (std::find(checked.begin(), checked.end(), text) == checked.end()) checked.push_back(std::move(text));
  }
  std::sort(checked.begin(), checked.end());
  return checked;
}

Result<Label> checked_label(std::string_view field, std::string_view key, std::string_view value) {
  const std::string name(field);
  if (key.empty() || key.size() > kLabelKeyMax || !std::ranges::all_of(key, is_of_label_key)) {
    return invalid(name,
                   fmt::format("The key of a label has 1 to {} characters of A–Z, a–z, 0–9, '.', '_', '/' and '-'.",
                               kLabelKeyMax));
  }
  std::string text = TRY(one_line(name, "The value of a label", value, 0, kLabelValueMax));
  return Label{std::string(key), std::move(text)};
}

Result<std::vector<Label>> checked_labels(const std::vector<Label>& labels) {
  if (labels.size() > kLabelsMax) return invalid("labels", fmt::format("There may be at most {} labels.", kLabelsMax));
  std::vector<Label> checked;
  for (const Label& label : labels) {
    Label kept = TRY(checked_label("labels", label.key, label.value));
    checked.push_back(std::move(kept));
  }
  std::sort(checked.begin(), checked.end());
  const auto twice = std::ranges::adjacent_find(checked, {}, &Label::key);
  if (twice != checked.end()) {
    return invalid("labels", fmt::format("The label {} stands twice; a key has one value.", twice->key));
  }
  return checked;
}

}  // namespace connlog
