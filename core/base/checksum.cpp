#include "core/base/checksum.h"

namespace connlog {

std::uint32_t crc32(std::string_view text) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const char c : text) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320u : 0u);
  }
  return ~crc;
}

std::string crc32_base62(std::string_view text) {
  std::string out(6, '0');
  std::uint32_t rest = crc32(text);
  for (std::size_t at = out.size(); at > 0; --at) {
    out[at - 1] = kBase62[rest % 62];
    rest /= 62;
  }
  return out;
}

}  // namespace connlog
