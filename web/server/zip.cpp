#include "web/server/zip.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "core/base/text.h"

namespace connlog::web {
namespace {

constexpr std::uint64_t kMax32 = 0xFFFFFFFF;  // this value in a field of 32 bits: look into the ZIP64 field
constexpr std::uint64_t kMax16 = 0xFFFF;
constexpr std::uint16_t kVersion = 20, kVersion64 = 45;
constexpr std::uint16_t kUtf8Names = 0x0800;
constexpr std::uint16_t kMadeOnUnix = 3 << 8;
constexpr std::uint32_t kPlainFile = 0100644U << 16;  // of Unix, in the upper half of the attributes
constexpr std::uint16_t kZip64Field = 1;

constexpr auto kCrcTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0xEDB88320U : 0U);
    table[byte] = value;
  }
  return table;
}();

// Little-endian numbers, one after the other.
class Bytes {
 public:
  Bytes& u16(std::uint64_t value) { return put(value, 2); }
  Bytes& u32(std::uint64_t value) { return put(value, 4); }
  Bytes& u64(std::uint64_t value) { return put(value, 8); }
  Bytes& text(std::string_view bytes) {
    out_.append(bytes);
    return *this;
  }
  std::size_t size() const { return out_.size(); }
  const std::string& str() const { return out_; }

 private:
  Bytes& put(std::uint64_t value, int count) {
    for (int i = 0; i < count; ++i) out_ += static_cast<char>(value >> (8 * i) & 0xFF);
    return *this;
  }
  std::string out_;
};

struct DosTime {
  std::uint64_t time = 0, date = 0;
};

// From 1980 to 2107; what is outside stands at the nearer end.
DosTime dos_time(Instant at) {
  using namespace std::chrono;
  const auto point = sys_time<microseconds>(microseconds(at.micros));
  const auto day = floor<days>(point);
  const year_month_day date(day);
  const hh_mm_ss time(floor<seconds>(point - day));
  const int year = static_cast<int>(date.year());
  if (year < 1980) return {0, 1 << 5 | 1};
  if (year > 2107) return {23 << 11 | 59 << 5 | 29, 127 << 9 | 12 << 5 | 31};
  return {static_cast<std::uint64_t>(time.hours().count() << 11 | time.minutes().count() << 5 |
                                     time.seconds().count() / 2),
          static_cast<std::uint64_t>(year - 1980) << 9 | static_cast<unsigned>(date.month()) << 5 |
              static_cast<unsigned>(date.day())};
}

bool is_large(std::uint64_t value) {
  return value >= kMax32;
}

std::uint64_t shown32(std::uint64_t value) {
  return std::min(value, kMax32);
}

// What both headers of a file have in the middle: version needed, flags, method, time, sums.
void put_common(Bytes& out, const ZipEntry& entry, bool is_64, Instant at) {
  const DosTime when = dos_time(at);
  out.u16(is_64 ? kVersion64 : kVersion).u16(kUtf8Names).u16(0).u16(when.time).u16(when.date);
  out.u32(entry.crc32).u32(shown32(entry.size)).u32(shown32(entry.size)).u16(entry.name.size());
}

std::string central_record(const ZipEntry& entry, Instant at) {
  Bytes numbers;  // those that do not fit, in the order of the standard
  if (is_large(entry.size)) numbers.u64(entry.size).u64(entry.size);
  if (is_large(entry.offset)) numbers.u64(entry.offset);
  const bool is_64 = numbers.size() > 0;
  Bytes out;
  out.u32(0x02014B50).u16(kMadeOnUnix | (is_64 ? kVersion64 : kVersion));
  put_common(out, entry, is_64, at);
  out.u16(is_64 ? 4 + numbers.size() : 0).u16(0).u16(0).u16(0).u32(kPlainFile).u32(shown32(entry.offset));
  out.text(entry.name);
  if (is_64) out.u16(kZip64Field).u16(numbers.size()).text(numbers.str());
  return out.str();
}

}  // namespace

FileSum::FileSum() {
  crypto_hash_sha256_init(&sha_);
}

void FileSum::add(std::string_view bytes) {
  crypto_hash_sha256_update(&sha_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  for (const char c : bytes) crc_ = (crc_ >> 8) ^ kCrcTable[(crc_ ^ static_cast<unsigned char>(c)) & 0xFF];
  size_ += bytes.size();
}

std::string FileSum::sha256() const {
  crypto_hash_sha256_state state = sha_;
  std::array<std::uint8_t, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256_final(&state, digest.data());
  return to_hex(digest);
}

std::string zip_local_header(const ZipEntry& entry, Instant at) {
  const bool is_64 = is_large(entry.size);
  Bytes out;
  out.u32(0x04034B50);
  put_common(out, entry, is_64, at);
  out.u16(is_64 ? 20 : 0).text(entry.name);
  if (is_64) out.u16(kZip64Field).u16(16).u64(entry.size).u64(entry.size);
  return out.str();
}

std::string zip_directory(std::span<const ZipEntry> entries, std::uint64_t offset, Instant at) {
  Bytes out;
  for (const ZipEntry& entry : entries) out.text(central_record(entry, at));
  const std::uint64_t size = out.size();
  const std::uint64_t count = entries.size();
  if (count >= kMax16 || is_large(size) || is_large(offset)) {
    out.u32(0x06064B50).u64(44).u16(kMadeOnUnix | kVersion64).u16(kVersion64).u32(0).u32(0);
    out.u64(count).u64(count).u64(size).u64(offset);
    out.u32(0x07064B50).u32(0).u64(offset + size).u32(1);  // where the record before this one begins
  }
  out.u32(0x06054B50).u16(0).u16(0).u16(std::min(count, kMax16)).u16(std::min(count, kMax16));
  out.u32(shown32(size)).u32(shown32(offset)).u16(0);
  return out.str();
}

}  // namespace connlog::web
