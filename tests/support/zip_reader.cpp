#include "tests/support/zip_reader.h"

#include <cstdint>
#include <stdexcept>

namespace connlog::test {
namespace {

constexpr std::size_t kEndBytes = 22, kDirectoryBytes = 46, kLocalBytes = 30;

// Bit by bit: another way than that of the writer.
std::uint32_t crc_of(const std::string& bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
  }
  return ~crc;
}

class Reader {
 public:
  explicit Reader(const std::string& bytes) : bytes_(bytes) {}

  std::map<std::string, std::string> read() {
    if (bytes_.size() < kEndBytes) throw std::runtime_error("too short");
    const std::size_t end = bytes_.size() - kEndBytes;
    want(number(end, 4) == 0x06054B50, "no end record at the end");
    const std::size_t count = number(end + 10, 2), size = number(end + 12, 4), begin = number(end + 16, 4);
    want(begin + size == end, "the directory does not end where the end record begins");
    std::map<std::string, std::string> files;
    std::size_t at = begin, next_file = 0;
    for (std::size_t i = 0; i < count; ++i) at = read_file(at, next_file, files);
    want(at == end, "the directory has another length");
    want(next_file == begin, "bytes stand between the files and the directory");
    return files;
  }

 private:
  static void want(bool is_so, const std::string& otherwise) {
    if (!is_so) throw std::runtime_error(otherwise);
  }
  std::uint32_t number(std::size_t at, int count) const {
    std::uint32_t value = 0;
    for (int i = 0; i < count; ++i)
      value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes_.at(at + static_cast<std::size_t>(i))))
               << (8 * i);
    return value;
  }
  std::string text(std::size_t at, std::size_t size) const {
    want(at + size <= bytes_.size(), "it is cut");
    return bytes_.substr(at, size);
  }

  // `at`: of the directory's record; returns that of the next. `next_file`: where the file must begin, and then end.
  std::size_t read_file(std::size_t at, std::size_t& next_file, std::map<std::string, std::string>& files) const {
    want(number(at, 4) == 0x02014B50, "no record of the directory");
    const std::uint32_t crc = number(at + 16, 4), stored = number(at + 20, 4), size = number(at + 24, 4);
    const std::size_t name_size = number(at + 28, 2);
    const std::string name = text(at + kDirectoryBytes, name_size);
    want(number(at + 10, 2) == 0 && stored == size, name + " is not stored as it is");
    const std::size_t local = number(at + 42, 4);
    want(local == next_file, name + " does not begin behind the file before it");
    want(number(local, 4) == 0x04034B50, name + " has no local header");
    want(number(local + 14, 4) == crc && number(local + 18, 4) == size && number(local + 22, 4) == size,
         name + " has another checksum or size in its local header");
    want(text(local + kLocalBytes, number(local + 26, 2)) == name, name + " has another name in its local header");
    const std::size_t data = local + kLocalBytes + name_size + number(local + 28, 2);
    const std::string content = text(data, size);
    want(crc_of(content) == crc, name + " has another checksum");
    want(files.emplace(name, content).second, name + " stands twice");
    next_file = data + size;
    return at + kDirectoryBytes + name_size + number(at + 30, 2) + number(at + 32, 2);
  }

  const std::string& bytes_;
};

}  // namespace

Unzipped unzip(const std::string& bytes) {
  try {
    return {{}, Reader(bytes).read()};
  } catch (const std::exception& error) {
    return {error.what(), {}};
  }
}

}  // namespace connlog::test
