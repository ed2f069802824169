#include "web/api/list_cursor.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <charconv>

namespace connlog::web {
namespace {

constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

std::string_view next_line(std::string_view& rest) {
  const std::string_view line = rest.substr(0, rest.find('\n'));
  rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  return line;
}

}  // namespace

// Base64url of lines: no name holds a line feed.
std::string cursor_of(std::string_view order, const ListPlace& place) {
  const std::string text = fmt::format("{}\n{}\n{}\n{}", order, place.rank, place.id.text(), place.name);
  std::string out(sodium_base64_ENCODED_LEN(text.size(), kVariant), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(), kVariant);
  out.pop_back();  // libsodium's zero at the end
  return out;
}

std::optional<ListPlace> place_of(std::string_view order, std::string_view cursor) {
  std::string text(cursor.size(), '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(text.data()), text.size(), cursor.data(), cursor.size(), nullptr,
                        &size, nullptr, kVariant) != 0)
    return std::nullopt;
  std::string_view rest = std::string_view(text).substr(0, size);
  ListPlace place;
  if (next_line(rest) != order) return std::nullopt;
  const std::string_view rank = next_line(rest);
  const auto read = std::from_chars(rank.data(), rank.data() + rank.size(), place.rank);
  if (read.ec != std::errc() || read.ptr != rank.data() + rank.size()) return std::nullopt;
  if (!SubjectId::parse(next_line(rest), place.id)) return std::nullopt;
  place.name = rest;
  return place;
}

}  // namespace connlog::web
