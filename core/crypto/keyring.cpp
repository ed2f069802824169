#include "core/crypto/keyring.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "core/base/hex.h"

namespace connlog {
namespace {

namespace fs = std::filesystem;

// On disk: nonce (24) + secretbox (64 + 16), hex; inside, the database key and the anchor key. What the first version wrote
// holds the database key alone.
constexpr std::size_t kWrappedBytes = crypto_secretbox_NONCEBYTES + 64 + crypto_secretbox_MACBYTES;
constexpr std::size_t kFirstWrappedBytes = kWrappedBytes - 32;

// Absent file: nullopt. Everything that makes the file unfit is an error. `or_bytes`: another length that is right too.
Result<std::optional<std::vector<std::uint8_t>>> read_key_file(const fs::path& path, std::size_t bytes,
                                                               std::size_t or_bytes = 0) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) {
    if (errno == ENOENT) return std::optional<std::vector<std::uint8_t>>{};
    return Error{ErrorCode::unavailable,
                 fmt::format("The key file {} cannot be opened: {}.", path.string(), std::strerror(errno))};
  }
  struct stat facts {};
  std::string text(bytes * 2 + 2, '\0');
  const bool known = ::fstat(file, &facts) == 0;
  const ssize_t got = ::read(file, text.data(), text.size());
  ::close(file);
  if (!known || got < 0) {
    return Error{ErrorCode::unavailable,
                 fmt::format("The key file {} cannot be read: {}.", path.string(), std::strerror(errno))};
  }
  if ((facts.st_mode & 077) != 0) {
    return Error{
        ErrorCode::forbidden,
        fmt::format("The key file {} can be read by others (mode {:04o}). Whoever read it can open the database. "
                    "Make it private with: chmod 600 {}",
                    path.string(), facts.st_mode & 07777, path.string())};
  }
  text.resize(static_cast<std::size_t>(got));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
  if (or_bytes != 0 && text.size() == or_bytes * 2) bytes = or_bytes;
  std::vector<std::uint8_t> out(bytes);
  std::size_t length = 0;
  const bool good = text.size() == bytes * 2 &&
                    sodium_hex2bin(out.data(), out.size(), text.data(), text.size(), nullptr, &length, nullptr) == 0 &&
                    length == bytes;
  sodium_memzero(text.data(), text.size());
  if (!good) {
    return Error{ErrorCode::invalid_input,
                 fmt::format("The key file {} is damaged: it must hold {} hex digits. Restore it from a backup.",
                             path.string(), bytes * 2)};
  }
  return std::optional<std::vector<std::uint8_t>>(std::move(out));
}

// Written beside, made durable, then renamed: a crash leaves either no key or a whole one.
Result<void> write_key_file(const fs::path& path, std::span<const std::uint8_t> bytes) {
  const fs::path beside = path.string() + ".new";
  std::string text = to_hex(bytes) + "\n";
  ::unlink(beside.c_str());
  const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const bool good =
      file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
  const int reason = errno;
  if (file >= 0) ::close(file);
  sodium_memzero(text.data(), text.size());
  if (!good || ::rename(beside.c_str(), path.c_str()) != 0) {
    return Error{ErrorCode::unavailable, fmt::format("The key file {} cannot be written: {}.", path.string(),
                                                     std::strerror(good ? errno : reason))};
  }
  const int directory = ::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory >= 0) {
    ::fsync(directory);
    ::close(directory);
  }
  return {};
}

}  // namespace

Keyring::Keyring(Keyring&& other) noexcept : database_key_(other.database_key_), anchor_key_(other.anchor_key_) {
  other.wipe();
}

Keyring& Keyring::operator=(Keyring&& other) noexcept {
  if (this != &other) {
    database_key_ = other.database_key_;
    anchor_key_ = other.anchor_key_;
    other.wipe();
  }
  return *this;
}

Keyring::~Keyring() {
  wipe();
}

void Keyring::wipe() {
  sodium_memzero(database_key_.data(), database_key_.size());
  sodium_memzero(anchor_key_.data(), anchor_key_.size());
}

Keyring Keyring::from_database_key(const Key& database_key) {
  Keyring ring;
  ring.database_key_ = database_key;
  crypto_generichash(ring.anchor_key_.data(), ring.anchor_key_.size(), database_key.data(), database_key.size(),
                     nullptr, 0);
  return ring;
}

// Seals both keys under the master key, with a fresh nonce.
Result<void> Keyring::write_wrapped(const fs::path& path, const Key& master, Random& random) const {
  std::array<std::uint8_t, 64> content{};
  std::copy(database_key_.begin(), database_key_.end(), content.begin());
  std::copy(anchor_key_.begin(), anchor_key_.end(), content.begin() + 32);
  std::vector<std::uint8_t> box(kWrappedBytes);
  random.fill(std::span(box).first(crypto_secretbox_NONCEBYTES));
  crypto_secretbox_easy(box.data() + crypto_secretbox_NONCEBYTES, content.data(), content.size(), box.data(),
                        master.data());
  sodium_memzero(content.data(), content.size());
  return write_key_file(path, box);
}

// False: the box is not of this master key.
bool Keyring::read_wrapped(std::span<const std::uint8_t> box, const Key& master) {
  std::array<std::uint8_t, 64> content{};
  const bool opened =
      crypto_secretbox_open_easy(content.data(), box.data() + crypto_secretbox_NONCEBYTES,
                                 box.size() - crypto_secretbox_NONCEBYTES, box.data(), master.data()) == 0;
  if (opened) {
    std::copy_n(content.begin(), 32, database_key_.begin());
    std::copy_n(content.begin() + 32, 32, anchor_key_.begin());
  }
  sodium_memzero(content.data(), content.size());
  return opened;
}

Result<Keyring> Keyring::open(const fs::path& data_directory, bool database_exists, Random& random) {
  const fs::path directory = data_directory / "keys";
  const fs::path master_path = directory / "master.key";
  const fs::path database_path = directory / "database.key";
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
    return Error{ErrorCode::unavailable,
                 fmt::format("The key directory {} cannot be made: {}.", directory.string(), std::strerror(errno))};
  }
  auto master = TRY(read_key_file(master_path, 32));
  auto wrapped = TRY(read_key_file(database_path, kWrappedBytes, kFirstWrappedBytes));
  if (database_exists && (!master || !wrapped)) {
    return Error{
        ErrorCode::unavailable,
        fmt::format(
            "The database exists, but its key file {} is missing. Put the key back from your backup; without it "
            "nobody can open the database. It was left untouched.",
            (!master ? master_path : database_path).string())};
  }
  if (!master) {
    if (wrapped) {
      return Error{
          ErrorCode::unavailable,
          fmt::format("{} exists, but {} is missing. Put it back, or remove both when they are of no use any more.",
                      database_path.string(), master_path.string())};
    }
    master.emplace(32);
    random.fill(*master);
    TRY(write_key_file(master_path, *master));
  }
  Key master_key{};
  std::copy_n(master->begin(), master_key.size(), master_key.begin());
  sodium_memzero(master->data(), master->size());
  Keyring ring;
  Result<void> written;
  bool opened = true;
  if (!wrapped) {
    random.fill(ring.database_key_);
    random.fill(ring.anchor_key_);
    written = ring.write_wrapped(database_path, master_key, random);
  } else {
    opened = ring.read_wrapped(*wrapped, master_key);
    if (opened && wrapped->size() == kFirstWrappedBytes) {
      random.fill(ring.anchor_key_);
      written = ring.write_wrapped(database_path, master_key, random);
    }
  }
  sodium_memzero(master_key.data(), master_key.size());
  TRY(written);
  if (!opened) {
    return Error{ErrorCode::forbidden,
                 fmt::format("{} does not open {}: they do not belong together. Restore both from the same backup. "
                             "The database was left untouched.",
                             master_path.string(), database_path.string())};
  }
  return ring;
}

Key Keyring::derive(std::string_view purpose) const {
  Key out{};
  crypto_generichash(out.data(), out.size(), reinterpret_cast<const unsigned char*>(purpose.data()), purpose.size(),
                     database_key_.data(), database_key_.size());
  return out;
}

}  // namespace connlog
