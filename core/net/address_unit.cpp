#include "core/net/address_unit.h"

#include <algorithm>

#include "core/net/address_policy.h"

namespace connlog {

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
