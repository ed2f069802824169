#include "storage/damage.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <mutex>
#include <set>
#include <utility>

#include "core/base/log.h"

namespace connlog::storage {
namespace {

constexpr std::array<std::string_view, 4> kBeforeTable = {"FROM", "JOIN", "INTO", "UPDATE"};
constexpr std::array<std::string_view, 3> kNoTable = {"SET", "SELECT", "OF"};  // ON CONFLICT DO UPDATE SET

bool is_of_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// The name at the beginning of `text`, without a schema's name before it.
std::string_view name_at(std::string_view text) {
  std::size_t begin = 0, end = 0;
  while (end < text.size() && (is_of_name(text[end]) || text[end] == '.')) {
    if (text[end] == '.') begin = end + 1;
    ++end;
  }
  return text.substr(begin, end - begin);
}

void note(const std::string& table, const std::string& cause) {
  static std::mutex mutex;
  static std::set<std::string> noted;
  {
    const std::lock_guard lock(mutex);
    if (!noted.insert(table).second) return;
  }
  log_error("storage.table_damaged", {{"table", table}, {"cause", cause}});
}

}  // namespace

std::vector<std::string> tables_in(std::string_view sql) {
  std::vector<std::string> tables;
  for (std::size_t i = 0; i < sql.size();) {
    const std::string_view word = name_at(sql.substr(i));
    i += std::max<std::size_t>(word.size(), 1);
    if (!is_one_of(word, kBeforeTable)) continue;
    const std::size_t next = sql.find_first_not_of(" \n\"", i);
    if (next == std::string_view::npos) break;
    const std::string name(name_at(sql.substr(next)));
    const bool is_made_here = sql.find(name + " AS (") != std::string_view::npos;  // WITH name AS (…)
    if (name.empty() || is_one_of(name, kNoTable) || name.starts_with("sqlite_") || is_made_here) continue;
    if (std::find(tables.begin(), tables.end(), name) == tables.end()) tables.push_back(name);
  }
  return tables;
}

Error damage_error(const std::vector<std::string>& tables, std::string cause) {
  std::string list;
  for (const std::string& table : tables) {
    list += fmt::format("{}{}", list.empty() ? "" : ", ", table);
    note(table, cause);
  }
  return Error{ErrorCode::internal,
               fmt::format("The database is damaged in {} {}. What does not need it goes on. Run `connlog check`, and "
                           "restore a backup: `connlog restore`.",
                           tables.size() == 1 ? "the table" : "one of the tables", list),
               {},
               std::move(cause)};
}

}  // namespace connlog::storage
