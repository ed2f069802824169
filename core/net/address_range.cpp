#include "core/net/address_range.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "core/net/address_policy.h"

namespace connlog {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

bool bit_of(const IpAddress& address, int bit) {
  return (address.bytes[static_cast<std::size_t>(bit / 8)] >> (7 - bit % 8) & 1) != 0;
}

}  // namespace

IpAddress unmapped(const IpAddress& address) {
  if (!address.v6 || !std::equal(kMapped.begin(), kMapped.end(), address.bytes.begin())) return address;
  IpAddress v4;
  std::copy(address.bytes.begin() + 12, address.bytes.end(), v4.bytes.begin());
  return v4;
}

bool parse_address_range(std::string_view text, AddressRange& out) {
  const std::size_t slash = text.find('/');
  AddressRange range;
  if (text.starts_with('[') || !parse_ip(text.substr(0, slash), range.base)) return false;
  const int width = range.base.v6 ? 128 : 32;
  range.bits = width;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    if (digits.empty() || digits.size() > 3 || (digits.size() > 1 && digits[0] == '0')) return false;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), range.bits);
    if (error != std::errc{} || end != digits.data() + digits.size() || range.bits < 0 || range.bits > width)
      return false;
  }
  for (int bit = range.bits; bit < width; ++bit) {
    if (bit_of(range.base, bit)) return false;
  }
  out = range;
  return true;
}

std::string to_text(const AddressRange& range) {
  return fmt::format("{}/{}", to_text(range.base), range.bits);
}

bool contains(const AddressRange& range, const IpAddress& given) {
  const IpAddress address = unmapped(given);
  if (address.v6 != range.base.v6) return false;
  for (int bit = 0; bit < range.bits; ++bit) {
    if (bit_of(address, bit) != bit_of(range.base, bit)) return false;
  }
  return true;
}

bool is_allowed_from(const std::vector<std::string>& ranges, std::string_view text) {
  if (ranges.empty()) return true;
  IpAddress address;
  if (!parse_ip(text, address)) return false;
  return std::any_of(ranges.begin(), ranges.end(), [&](const std::string& each) {
    AddressRange range;
    return parse_address_range(each, range) && contains(range, address);
  });
}

Result<std::vector<std::string>> checked_ranges(const std::string& field, const std::vector<std::string>& texts,
                                                std::size_t count_max) {
  if (texts.size() > count_max) return invalid(field, fmt::format("At most {} ranges may be listed.", count_max));
  std::vector<std::string> checked;
  for (const std::string& text : texts) {
    AddressRange range;
    if (!parse_address_range(text, range)) {
      return invalid(field,
                     "Each line must be an address or a range like 192.0.2.0/24 or 2001:db8::/32, with nothing set "
                     "behind the prefix.");
    }
    std::string canonical = to_text(range);
    if (std::find(checked.begin(), checked.end(), canonical) == checked.end()) checked.push_back(std::move(canonical));
  }
  return checked;
}

std::string address_unit(std::string_view address) {
  IpAddress parsed;
  if (!parse_ip(address, parsed)) return std::string(address);
  if (!parsed.v6) return to_text(parsed);
  auto& bytes = parsed.bytes;
  const bool mapped = std::all_of(bytes.begin(), bytes.begin() + 10, [](std::uint8_t byte) { return byte == 0; }) &&
                      bytes[10] == 0xFF && bytes[11] == 0xFF;
  if (mapped) {
    IpAddress v4;
    std::copy(bytes.begin() + 12, bytes.end(), v4.bytes.begin());
    return to_text(v4);
  }
  std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
  return to_text(parsed) + "/64";
}

}  // namespace connlog
