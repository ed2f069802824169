#include "core/appliance/backup/archive_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/base/text.h"

namespace connlog::archive_format {
namespace {

using nlohmann::json;

constexpr std::size_t kVersionTextMax = 64;

std::string dumped(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

// A member of that type; nullptr: it is not there, or of another type.
const std::string* text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get_ptr<const std::string*>() : nullptr;
}

std::optional<std::uint64_t> number_of(const json& object, const char* name, std::uint64_t most) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
  const auto value = found->get<std::uint64_t>();
  return value <= most ? std::optional(value) : std::nullopt;
}

bool from_hex(std::string_view text, std::span<std::uint8_t> out) {
  std::size_t length = 0;
  return text.size() == out.size() * 2 &&
         sodium_hex2bin(out.data(), out.size(), text.data(), text.size(), nullptr, &length, nullptr) == 0 &&
         length == out.size();
}

bool hex_member(const json& object, const char* name, std::span<std::uint8_t> out) {
  const std::string* text = text_of(object, name);
  return text != nullptr && from_hex(*text, out);
}

bool is_uuid(std::string_view text) {
  Uuid id;
  return parse_uuid(text, id) && to_text(id) == text;
}

bool is_version_text(std::string_view text) {
  return !text.empty() && text.size() <= kVersionTextMax &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\'; });
}

bool is_fingerprint(std::string_view text) {
  if (text.size() != 39) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (i % 5 == 4 ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  }
  return true;
}

// libsodium's least, and our most.
bool is_allowed(const PassphraseSlotCost& cost) {
  return cost.operations >= 1 && cost.operations <= kPassphraseSlotCostMax.operations && cost.memory_kib >= 8 &&
         cost.memory_kib <= kPassphraseSlotCostMax.memory_kib;
}

json json_of(const KeySlot& slot) {
  json out = {{"kind", to_text(slot.kind)}, {"key", slot.fingerprint}, {"sealed", to_hex(slot.sealed)}};
  if (slot.kind == KeySlotKind::passphrase) {
    out["salt"] = to_hex(slot.salt);
    out["operations"] = slot.cost.operations;
    out["memory_kib"] = slot.cost.memory_kib;
  }
  return out;
}

Error too_costly(std::uint64_t operations, std::uint64_t memory_kib) {
  return Error{ErrorCode::invalid_input,
               fmt::format("The backup's header asks for {} passes over {} KiB of memory to check a passphrase. connlog "
                           "writes and takes at most {} passes over {} KiB, so the header is damaged or planted.",
                           operations, memory_kib, kPassphraseSlotCostMax.operations,
                           kPassphraseSlotCostMax.memory_kib)};
}

Result<KeySlot> slot_of(const json& object) {
  const Error wrong = damaged("a key slot of its header");
  if (!object.is_object()) return wrong;
  KeySlot slot;
  const std::string* kind = text_of(object, "kind");
  const auto known = kind != nullptr ? parse_word<KeySlotKind>(*kind) : std::nullopt;
  const std::string* key = text_of(object, "key");
  if (!known || key == nullptr || !is_fingerprint(*key)) return wrong;
  slot.kind = *known;
  slot.fingerprint = *key;
  slot.sealed.resize(kSealedKeyBytes);
  if (!hex_member(object, "sealed", slot.sealed)) return wrong;
  if (slot.kind == KeySlotKind::passphrase) {
    const auto operations = number_of(object, "operations", UINT64_MAX);
    const auto memory = number_of(object, "memory_kib", UINT64_MAX);
    if (!operations || !memory || !hex_member(object, "salt", slot.salt)) return wrong;
    slot.cost = {*operations, *memory};
    if (!is_allowed(slot.cost)) return too_costly(*operations, *memory);
  }
  return slot;
}

bool is_manifest_text(const std::string* text) {
  return text != nullptr && text->size() <= 4096;
}

template <typename Value, typename Take>
bool take_map(const json& document, const char* name, std::map<std::string, Value>& out, const Take& take) {
  const auto found = document.find(name);
  if (found == document.end() || !found->is_object()) return false;
  for (const auto& [key, value] : found->items()) {
    if (!take(value, out[key])) return false;
  }
  return true;
}

bool read_manifest(const json& document, Manifest& out) {
  const std::string *id = text_of(document, "id"), *instance = text_of(document, "instance"),
                    *version = text_of(document, "connlog"), *at = text_of(document, "at"),
                    *kind = text_of(document, "kind"), *digest = text_of(document, "schema_digest"),
                    *timezones = text_of(document, "timezones"), *incident = text_of(document, "newest_incident");
  for (const std::string* text : {id, instance, version, at, kind, digest, timezones, incident}) {
    if (!is_manifest_text(text)) return false;
  }
  const auto known = parse_word<BackupKind>(*kind);
  const auto schema = number_of(document, "schema", INT64_MAX);
  const auto page_bytes = number_of(document, "page_bytes", 65'536), pages = number_of(document, "pages", UINT32_MAX);
  if (!known || !parse_iso8601(*at, out.at) || !schema || !page_bytes || !pages) return false;
  out.backup_id = *id;
  out.instance = *instance;
  out.version = *version;
  out.kind = *known;
  out.schema = static_cast<std::int64_t>(*schema);
  out.schema_digest = *digest;
  out.timezones = *timezones;
  out.page_bytes = static_cast<std::uint32_t>(*page_bytes);
  out.pages = static_cast<std::uint32_t>(*pages);
  out.newest_incident = *incident;
  const auto as_number = [](const json& value, std::int64_t& into) {
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > INT64_MAX) return false;
    into = value.get<std::int64_t>();
    return true;
  };
  const auto as_text = [](const json& value, std::string& into) {
    if (!value.is_string()) return false;
    into = value.get<std::string>();
    return true;
  };
  if (!take_map(document, "rows", out.rows, as_number) || !take_map(document, "heads", out.chain_heads, as_text))
    return false;
  const auto files = document.find("files");
  if (files == document.end() || !files->is_array() || files->size() > kArchiveFilesMax) return false;
  for (const json& file : *files) {
    if (!as_text(file, out.files.emplace_back())) return false;
  }
  return true;
}

}  // namespace

std::array<std::uint8_t, 4> number(std::uint32_t value) {
  return {static_cast<std::uint8_t>(value), static_cast<std::uint8_t>(value >> 8),
          static_cast<std::uint8_t>(value >> 16), static_cast<std::uint8_t>(value >> 24)};
}

std::uint32_t number_at(std::span<const std::uint8_t, 4> bytes) {
  return static_cast<std::uint32_t>(bytes[0]) | static_cast<std::uint32_t>(bytes[1]) << 8 |
         static_cast<std::uint32_t>(bytes[2]) << 16 | static_cast<std::uint32_t>(bytes[3]) << 24;
}

Error not_a_backup() {
  return Error{ErrorCode::invalid_input, "This is not a backup of connlog."};
}

Error later_version(unsigned version) {
  return Error{ErrorCode::invalid_input,
               fmt::format("This backup was written by a later version of connlog (form {} of the file; this one reads "
                           "form {}). Use that version or a later one.",
                           version, kVersion)};
}

Error cut_after(std::int64_t bytes) {
  return Error{ErrorCode::invalid_input,
               fmt::format("The backup is cut: it ends after {} bytes, and more must follow. Copy it again, or take "
                           "another one.",
                           bytes)};
}

Error damaged(std::string_view what) {
  return Error{ErrorCode::invalid_input,
               fmt::format("The backup is damaged or was changed ({}). Take another copy, or another backup.", what)};
}

bool is_entry_name(std::string_view name) {
  if (name.empty() || name.size() > kNameBytesMax) return false;
  while (true) {
    const std::size_t slash = name.find('/');
    const std::string_view part = name.substr(0, slash);
    if (part.empty() || part == "." || part == "..") return false;
    const bool plain = std::ranges::all_of(part, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    });
    if (!plain) return false;
    if (slash == std::string_view::npos) return true;
    name.remove_prefix(slash + 1);
  }
}

bool is_page_size(std::uint32_t bytes) {
  return bytes >= 512 && bytes <= 65'536 && (bytes & (bytes - 1)) == 0;
}

Result<std::string> encode(const ArchiveHeader& header) {
  json slots = json::array();
  for (const KeySlot& slot : header.slots) slots.push_back(json_of(slot));
  std::string text = dumped({{"at", to_iso8601(header.at, true)},
                             {"connlog", header.version},
                             {"id", header.backup_id},
                             {"instance", header.instance},
                             {"kind", to_text(header.kind)},
                             {"signer", to_hex(header.signer)},
                             {"slots", std::move(slots)}});
  // What could not be read again is not written.
  if (const auto again = decode_header(text); !again) {
    return Error{ErrorCode::internal, "The backup's header cannot be written.", {}, again.error().message};
  }
  return text;
}

Result<ArchiveHeader> decode_header(std::string_view text) {
  const Error wrong = damaged("its header");
  if (text.empty() || text.size() > kHeaderBytesMax) return wrong;
  const json document = json::parse(text, nullptr, false);
  if (!document.is_object()) return wrong;
  ArchiveHeader header;
  const std::string *at = text_of(document, "at"), *version = text_of(document, "connlog"),
                    *id = text_of(document, "id"), *instance = text_of(document, "instance"),
                    *kind = text_of(document, "kind");
  if (at == nullptr || version == nullptr || id == nullptr || instance == nullptr || kind == nullptr) return wrong;
  const auto known = parse_word<BackupKind>(*kind);
  if (!known || !parse_iso8601(*at, header.at) || !is_version_text(*version) || !is_uuid(*id) || !is_uuid(*instance) ||
      !hex_member(document, "signer", header.signer)) {
    return wrong;
  }
  header.version = *version;
  header.backup_id = *id;
  header.instance = *instance;
  header.kind = *known;
  const auto slots = document.find("slots");
  if (slots == document.end() || !slots->is_array() || slots->empty() || slots->size() > kSlotsMax) return wrong;
  json written = json::array();
  for (const json& slot : *slots) {
    KeySlot read = TRY(slot_of(slot));
    written.push_back(json_of(read));
    header.slots.push_back(std::move(read));
  }
  const json same = {{"at", to_iso8601(header.at, true)}, {"connlog", header.version},
                     {"id", header.backup_id},            {"instance", header.instance},
                     {"kind", to_text(header.kind)},      {"signer", to_hex(header.signer)},
                     {"slots", std::move(written)}};
  if (dumped(same) != text) return wrong;
  return header;
}

std::string encode(const Manifest& manifest) {
  return dumped({{"at", to_iso8601(manifest.at, true)},
                 {"connlog", manifest.version},
                 {"files", manifest.files},
                 {"heads", manifest.chain_heads},
                 {"id", manifest.backup_id},
                 {"instance", manifest.instance},
                 {"kind", to_text(manifest.kind)},
                 {"newest_incident", manifest.newest_incident},
                 {"page_bytes", manifest.page_bytes},
                 {"pages", manifest.pages},
                 {"rows", manifest.rows},
                 {"schema", manifest.schema},
                 {"schema_digest", manifest.schema_digest},
                 {"timezones", manifest.timezones}});
}

Result<Manifest> decode_manifest(std::string_view text) {
  const Error wrong = damaged("its manifest");
  const json document = json::parse(text, nullptr, false);
  Manifest manifest;
  if (!document.is_object() || !read_manifest(document, manifest) || encode(manifest) != text) return wrong;
  return manifest;
}

}  // namespace connlog::archive_format
