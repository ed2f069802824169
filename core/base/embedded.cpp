#include "core/base/embedded.h"

#include <zstd.h>

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/assert.h"

namespace connlog {

std::string unpacked(Packed packed) {
  if (packed.bytes.empty()) return {};
  const unsigned long long size = ZSTD_getFrameContentSize(packed.bytes.data(), packed.bytes.size());
  CONNLOG_ASSERT(size != ZSTD_CONTENTSIZE_ERROR && size != ZSTD_CONTENTSIZE_UNKNOWN);
  std::string text(static_cast<std::size_t>(size), '\0');
  const std::size_t got = ZSTD_decompress(text.data(), text.size(), packed.bytes.data(), packed.bytes.size());
  CONNLOG_ASSERT(got == text.size());
  return text;
}

namespace {

// Unpacked once, at the first use, and kept: callers hold views.
std::string_view kept(std::string_view name, Packed packed) {
  static std::mutex mutex;
  static std::map<std::string, std::string, std::less<>> texts;
  const std::lock_guard lock(mutex);
  auto found = texts.find(name);
  if (found == texts.end()) found = texts.emplace(std::string(name), unpacked(packed)).first;
  return found->second;
}

}  // namespace

std::span<const EmbeddedMigration> embedded_migrations() {
  static const std::vector<EmbeddedMigration> all = [] {
    std::vector<EmbeddedMigration> steps;
    for (const PackedMigration& step : packed_migrations())
      steps.push_back({.number = step.number, .name = step.name, .sql = kept(step.name, step.sql)});
    return steps;
  }();
  return all;
}

std::string_view embedded_text(std::string_view name) {
  for (const PackedText& text : packed_texts()) {
    if (text.name == name) return kept(text.name, text.content);
  }
  return {};
}

std::string_view embedded_sbom() {
  return kept("sbom", packed_sbom());
}

std::string_view embedded_zones() {
  return kept("zones", packed_zones());
}

}  // namespace connlog
