#include "core/audit/trail_export.h"

#include <nlohmann/json.hpp>

#include "core/audit/acts.h"
#include "core/base/text.h"
#include "core/net/mail_header.h"

namespace connlog {
namespace {

constexpr std::size_t kCellCharactersMax = 32'000;  // the most that common spreadsheets take in a cell

std::string id_text(const Uuid& id) {
  return id.is_nil() ? std::string() : to_text(id);
}

std::string number_of(const TrailEntry& entry) {
  return (entry.from_first_log ? "first-" : "") + std::to_string(entry.sequence);
}

}  // namespace

// Spreadsheets take text that begins with one of these for a formula, even after blanks (OWASP, "CSV injection").
std::string csv_cell(std::string_view text) {
  const std::string plain = flattened(text, kCellCharactersMax);
  const std::size_t first = plain.find_first_not_of(' ');
  const bool formula = first != std::string::npos && std::string_view("=+-@").find(plain[first]) != std::string::npos;
  // flattened() has turned tabs and line ends, which some spreadsheets skip, into spaces.
  std::string out = formula ? "\"'" : "\"";
  for (const char c : plain) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

std::string csv_head() {
  return "trail,number,at,actor_kind,actor_id,actor_name,address,act,sentence,subject,details,user_id,workspace_id,"
         "chain\r\n";
}

std::string csv_row(const TrailEntry& entry) {
  std::string out(to_text(entry.trail));
  const auto add = [&out](const std::string& text) { out += "," + csv_cell(text); };
  add(number_of(entry));
  add(to_iso8601(entry.at, true));
  add(entry.actor_kind);
  add(id_text(entry.actor_id));
  add(entry.actor_name);
  add(entry.address);
  add(entry.act);
  add(phrase_of(entry.act));
  add(entry.object);
  add(entry.details);
  add(id_text(entry.user));
  add(id_text(entry.workspace));
  add(to_hex(entry.chain));
  return out + "\r\n";
}

nlohmann::json json_of(const TrailEntry& entry) {
  return {{"trail", to_text(entry.trail)},
          {"number", number_of(entry)},
          {"at", to_iso8601(entry.at, true)},
          {"actor_kind", entry.actor_kind},
          {"actor_id", id_text(entry.actor_id)},
          {"actor_name", entry.actor_name},
          {"address", entry.address},
          {"act", entry.act},
          {"sentence", phrase_of(entry.act)},
          {"subject", entry.object},
          {"details", entry.details},
          {"user_id", id_text(entry.user)},
          {"workspace_id", id_text(entry.workspace)},
          {"chain", to_hex(entry.chain)}};
}

std::string json_row(const TrailEntry& entry) {
  return json_of(entry).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace connlog
