#include "core/watch/subject_filter.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <tuple>

#include "core/base/text.h"
#include "core/watch/rule.h"

namespace connlog {
namespace {

// What an order compares. Names without the case of ASCII letters; the id decides between equal ones.
struct SortKey {
  std::int64_t rank = 0;
  std::string name;
  SubjectId id;

  bool operator<(const SortKey& other) const {
    return std::tie(rank, name, id.bytes) < std::tie(other.rank, other.name, other.id.bytes);
  }
};

std::int64_t rank_of(const LiveSubject& live, SubjectOrder order) {
  switch (order) {
    case SubjectOrder::state:
      return urgency_of(live.shown);
    case SubjectOrder::name:
      break;
    case SubjectOrder::last_seen:
      return -live.last_seen_at.micros;  // the newest first; never seen comes last
  }
  return 0;
}

SortKey key_of(const LiveSubject& live, SubjectOrder order) {
  return {rank_of(live, order), folded(live.row->name), live.id()};
}

// A cursor is base64url of the order's word, rank, id and name, with a line feed between them: no name holds one.
std::string encoded(const SortKey& key, SubjectOrder order) {
  const std::string text = fmt::format("{}\n{}\n{}\n{}", to_text(order), key.rank, key.id.text(), key.name);
  std::string out(sodium_base64_ENCODED_LEN(text.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  out.pop_back();  // libsodium's zero at the end
  return out;
}

std::string_view next_line(std::string_view& rest) {
  const std::string_view line = rest.substr(0, rest.find('\n'));
  rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  return line;
}

// Nothing: it is not a cursor of this order.
std::optional<SortKey> decoded(std::string_view cursor, SubjectOrder order) {
  std::string text(cursor.size(), '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(text.data()), text.size(), cursor.data(), cursor.size(),
                        nullptr, &size, nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
    return std::nullopt;
  std::string_view rest = std::string_view(text).substr(0, size);
  SortKey key;
  if (next_line(rest) != to_text(order)) return std::nullopt;
  const std::string_view rank = next_line(rest);
  const auto read = std::from_chars(rank.data(), rank.data() + rank.size(), key.rank);
  if (read.ec != std::errc() || read.ptr != rank.data() + rank.size()) return std::nullopt;
  if (!SubjectId::parse(next_line(rest), key.id)) return std::nullopt;
  key.name = rest;
  return key;
}

template <typename T>
bool is_one_of(const std::vector<T>& wanted, const T& value) {
  return wanted.empty() || std::ranges::find(wanted, value) != wanted.end();
}

template <typename T>
bool has_one_of(const std::vector<T>& wanted, const std::vector<T>& values) {
  return wanted.empty() ||
         std::ranges::any_of(wanted, [&](const T& value) { return std::ranges::find(values, value) != values.end(); });
}

bool contains(std::string_view text, std::string_view wanted) {
  return folded(text).find(wanted) != std::string::npos;
}

// `wanted` is folded.
bool has_text(const Subject& row, std::string_view wanted) {
  if (wanted.empty() || contains(row.name, wanted) || contains(row.key, wanted)) return true;
  if (std::ranges::any_of(row.tags, [&](const std::string& tag) { return contains(tag, wanted); })) return true;
  return std::ranges::any_of(row.labels,
                             [&](const Label& label) { return contains(label.key + "=" + label.value, wanted); });
}

}  // namespace

bool SubjectFilter::matches_row(const Subject& row) const {
  if (!is_one_of(kinds, row.kind) || !has_one_of(tags, row.tags)) return false;
  if (!has_one_of(teams, row.teams) || !has_one_of(groups, row.groups)) return false;
  const bool is_labelled = labels.empty() || std::ranges::any_of(labels, [&](const auto& wanted) {
                             return has_label(row, wanted.first.key, wanted.first.value, wanted.second);
                           });
  return is_labelled && has_text(row, folded(text));
}

bool SubjectFilter::matches(const LiveSubject& live) const {
  return is_one_of(states, live.shown) && matches_row(*live.row);
}

Result<void> order_from(std::vector<LiveSubject>& subjects, SubjectOrder order, std::string_view cursor) {
  std::optional<SortKey> behind;
  if (!cursor.empty()) {
    behind = decoded(cursor, order);
    if (!behind) return invalid("after", "This is not a cursor of this list.");
  }
  std::vector<std::pair<SortKey, std::size_t>> keys;
  keys.reserve(subjects.size());
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    SortKey key = key_of(subjects[i], order);
    if (!behind || *behind < key) keys.emplace_back(std::move(key), i);
  }
  std::sort(keys.begin(), keys.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<LiveSubject> ordered;
  ordered.reserve(keys.size());
  for (const auto& [key, i] : keys) ordered.push_back(std::move(subjects[i]));
  subjects = std::move(ordered);
  return {};
}

std::string cursor_at(const LiveSubject& last, SubjectOrder order) {
  return encoded(key_of(last, order), order);
}

}  // namespace connlog
