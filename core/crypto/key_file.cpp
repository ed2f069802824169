#include "core/crypto/key_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <string_view>

#include "core/base/io_cause.h"
#include "core/base/text.h"

namespace connlog {

Result<void> check_passphrase(const Secret& passphrase) {
  const std::string_view text = passphrase.reveal();
  if (text.size() < kPassphraseBytesMin)
    return invalid("passphrase", fmt::format("The passphrase needs at least {} characters.", kPassphraseBytesMin));
  if (text.size() > kPassphraseBytesMax)
    return invalid("passphrase", fmt::format("The passphrase is longer than {} bytes.", kPassphraseBytesMax));
  if (text.find_first_of(std::string_view("\0\r\n", 3)) != std::string_view::npos)
    return invalid("passphrase", "The passphrase must be one line.");
  return {};
}

namespace key_file {
namespace {

namespace fs = std::filesystem;

// On disk: never changed.
constexpr std::string_view kAnyMagic = "connlog keys ";
constexpr std::string_view kSecondMagic = "connlog keys 2\n";
constexpr std::string_view kMagic = "connlog keys 3\n";
constexpr std::string_view kRecoveryMagic = "connlog recovery box 1\n";
constexpr std::uint8_t kContentForm = 1;
constexpr std::size_t kFileBytesMax = 16 * 1024;
constexpr std::size_t kSealingKeysMax = 16;
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kSealingKeyBytes = 8 + 32;
// The first form: nonce (24) + secretbox (16) of the database key, or of that and the anchor key.
constexpr std::size_t kFirstFormBytes = crypto_secretbox_NONCEBYTES + 32 + crypto_secretbox_MACBYTES;
constexpr std::size_t kFirstFormWithAnchorBytes = kFirstFormBytes + 32;

Error damaged(const fs::path& path, std::string_view must) {
  return Error{
      ErrorCode::invalid_input,
      fmt::format("The key file {} is damaged: it must hold {}. Restore it from a backup.", path.string(), must)};
}

// Absent file: nullopt. Every reason not to use the file is an error.
Result<std::optional<Secret>> read_private(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) {
    if (errno == ENOENT) return std::optional<Secret>{};
    return Error{ErrorCode::unavailable,
                 fmt::format("The key file {} cannot be opened: {}.", path.string(), io_cause(errno))};
  }
  struct stat facts {};
  std::string text(kFileBytesMax, '\0');
  const bool known = ::fstat(file, &facts) == 0;
  const ssize_t got = ::read(file, text.data(), text.size());
  const int reason = errno;
  ::close(file);
  if (!known || got < 0) {
    return Error{ErrorCode::unavailable,
                 fmt::format("The key file {} cannot be read: {}.", path.string(), io_cause(reason))};
  }
  if ((facts.st_mode & 077) != 0) {
    return Error{
        ErrorCode::forbidden,
        fmt::format("The key file {} can be read by others (mode {:04o}). Whoever read it can open the database. "
                    "Make it private with: chmod 600 {}",
                    path.string(), facts.st_mode & 07777, path.string())};
  }
  text.resize(static_cast<std::size_t>(got));
  return std::optional<Secret>(Secret(std::move(text)));
}

std::string_view without_line_end(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.remove_suffix(1);
  return text;
}

bool from_hex(std::string_view text, std::span<std::uint8_t> out) {
  std::size_t length = 0;
  return text.size() == out.size() * 2 &&
         sodium_hex2bin(out.data(), out.size(), text.data(), text.size(), nullptr, &length, nullptr) == 0 &&
         length == out.size();
}

void sync_directory(const fs::path& directory) {
  const int handle = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return;
  ::fsync(handle);
  ::close(handle);
}

// Written beside, made durable, then renamed: a crash leaves either the old file or the whole new one.
Result<void> write_private(const fs::path& path, const Secret& text) {
  const fs::path beside = path.string() + ".new";
  const std::string_view bytes = text.reveal();
  ::unlink(beside.c_str());
  const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  bool good = file >= 0 && ::write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
              ::fsync(file) == 0;
  int reason = errno;
  if (file >= 0) ::close(file);
  if (good && ::rename(beside.c_str(), path.c_str()) != 0) {
    good = false;
    reason = errno;
  }
  if (!good) {
    ::unlink(beside.c_str());
    return Error{ErrorCode::unavailable,
                 fmt::format("The key file {} cannot be written: {}.", path.string(), io_cause(reason))};
  }
  sync_directory(path.parent_path());
  return {};
}

std::string header_of(std::string_view magic, const Wrapping& wrapping) {
  std::string text = fmt::format("{}form {}\n", magic, to_text(wrapping.form));
  if (wrapping.form == MasterKeyForm::passphrase) {
    text +=
        fmt::format("salt {}\ncost {} {}\n", to_hex(wrapping.salt), wrapping.cost.operations, wrapping.cost.memory_kib);
  }
  return text;
}

// The next line, without its end, must begin with `word` and a space; gives what follows.
std::optional<std::string_view> line_of(std::string_view& rest, std::string_view word) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view line = rest.substr(0, end);
  if (line.substr(0, word.size()) != word || line.size() <= word.size() || line[word.size()] != ' ')
    return std::nullopt;
  rest.remove_prefix(end + 1);
  return line.substr(word.size() + 1);
}

bool parse_cost(std::string_view text, PassphraseCost& cost) {
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) return false;
  const auto whole = [](std::string_view digits, auto& out) {
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return problem == std::errc() && end == digits.data() + digits.size();
  };
  return whole(text.substr(0, space), cost.operations) && whole(text.substr(space + 1), cost.memory_kib);
}

bool parse_wrapped(std::string_view rest, Wrapped& wrapped) {
  wrapped.second_form = rest.starts_with(kSecondMagic);
  rest.remove_prefix(kMagic.size());  // the magics are of one length
  const auto form = line_of(rest, "form");
  const auto known = form ? parse_word<MasterKeyForm>(*form) : std::nullopt;
  if (!known) return false;
  wrapped.wrapping.form = *known;
  if (wrapped.wrapping.form == MasterKeyForm::passphrase) {
    const auto salt = line_of(rest, "salt");
    const auto cost = line_of(rest, "cost");
    if (!salt || !cost || !from_hex(*salt, wrapped.wrapping.salt) || !parse_cost(*cost, wrapped.wrapping.cost))
      return false;
  }
  const auto box = line_of(rest, "box");
  if (!box || !without_line_end(rest).empty() || box->size() % 2 != 0) return false;
  wrapped.box.resize(box->size() / 2);
  return wrapped.box.size() > kNonceBytes + kTagBytes && from_hex(*box, wrapped.box);
}

void put_number(std::vector<std::uint8_t>& out, std::int64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(number) >> shift));
}

std::int64_t number_at(const std::uint8_t* bytes) {
  std::uint64_t number = 0;
  for (int i = 0; i < 8; ++i) number = number << 8 | bytes[i];
  return static_cast<std::int64_t>(number);
}

// Takes the sealing keys, which must be all that is left.
bool read_sealing_keys(std::span<const std::uint8_t> bytes, Content& content) {
  if (bytes.empty() || bytes.size() % kSealingKeyBytes != 0 || bytes.size() / kSealingKeyBytes > kSealingKeysMax)
    return false;
  for (; !bytes.empty(); bytes = bytes.subspan(kSealingKeyBytes)) {
    SealingKey key;
    key.generation = number_at(bytes.data());
    std::memcpy(key.key.data(), bytes.data() + 8, 32);
    content.sealing_keys.push_back(key);
  }
  return true;
}

// "connlog keys 2": the key of the database file, which is the root key as well, the anchor key, the sealing keys.
std::optional<Content> content_of_second_form(std::span<const std::uint8_t> plain) {
  Content content;
  if (plain.size() < 64 || !read_sealing_keys(plain.subspan(64), content)) return std::nullopt;
  std::memcpy(content.database_key.data(), plain.data(), 32);
  std::memcpy(content.anchor_key.data(), plain.data() + 32, 32);
  content.root_key = content.database_key;
  return content;
}

// The three lines below the magic of recovery.box, then its box.
bool parse_recovery_box(std::string_view rest, RecoveryBox& out) {
  if (!rest.starts_with(kRecoveryMagic)) return false;
  rest.remove_prefix(kRecoveryMagic.size());
  const auto key = line_of(rest, "key");
  if (!key || !from_hex(*key, out.public_key)) return false;
  const auto owner = line_of(rest, "owner");
  if (!owner || !from_hex(*owner, out.owner)) return false;
  const auto content = line_of(rest, "content");
  if (!content || !from_hex(*content, out.content)) return false;
  const auto box = line_of(rest, "box");
  if (!box || !without_line_end(rest).empty() || box->empty() || box->size() % 2 != 0) return false;
  out.box.resize(box->size() / 2);
  return from_hex(*box, out.box);
}

}  // namespace

void wipe(Content& content) {
  for (Key* key : {&content.root_key, &content.database_key, &content.anchor_key})
    sodium_memzero(key->data(), key->size());
  if (content.next_database_key)
    sodium_memzero(content.next_database_key->data(), content.next_database_key->size());
  for (SealingKey& key : content.sealing_keys) sodium_memzero(key.key.data(), key.key.size());
}

Secret bytes_of(const Content& content) {
  std::vector<std::uint8_t> plain;
  plain.reserve(kFileBytesMax);  // so that no copy is left behind by growing
  const auto put = [&](const Key& key) { plain.insert(plain.end(), key.begin(), key.end()); };
  plain.push_back(kContentForm);
  put(content.root_key);
  put(content.anchor_key);
  put(content.database_key);
  plain.push_back(content.next_database_key ? 1 : 0);
  if (content.next_database_key) put(*content.next_database_key);
  plain.push_back(static_cast<std::uint8_t>(content.sealing_keys.size()));
  for (const SealingKey& key : content.sealing_keys) {
    put_number(plain, key.generation);
    put(key.key);
  }
  Secret bytes(std::string(plain.begin(), plain.end()));
  sodium_memzero(plain.data(), plain.size());
  return bytes;
}

std::optional<Content> content_of_bytes(std::span<const std::uint8_t> bytes) {
  Content content;
  const auto take = [&](Key& key) {
    if (bytes.size() < key.size()) return false;
    std::memcpy(key.data(), bytes.data(), key.size());
    bytes = bytes.subspan(key.size());
    return true;
  };
  const auto take_byte = [&](std::uint8_t most) -> std::optional<std::uint8_t> {
    if (bytes.empty() || bytes.front() > most) return std::nullopt;
    const std::uint8_t byte = bytes.front();
    bytes = bytes.subspan(1);
    return byte;
  };
  if (take_byte(kContentForm) != kContentForm || !take(content.root_key) || !take(content.anchor_key) ||
      !take(content.database_key)) {
    return std::nullopt;
  }
  const auto has_next = take_byte(1);
  if (!has_next) return std::nullopt;
  if (*has_next == 1) {
    content.next_database_key.emplace();
    if (!take(*content.next_database_key)) return std::nullopt;
  }
  const auto count = take_byte(kSealingKeysMax);
  if (!count || bytes.size() != *count * kSealingKeyBytes || !read_sealing_keys(bytes, content)) return std::nullopt;
  return content;
}

bool Wrapped::lacks_anchor_key() const {
  return first_form && box.size() == kFirstFormBytes;
}

Result<std::optional<Wrapped>> read(const fs::path& path) {
  const auto text = TRY(read_private(path));
  if (!text) return std::optional<Wrapped>{};
  Wrapped wrapped;
  const std::string_view content = text->reveal();
  if (content.starts_with(kMagic) || content.starts_with(kSecondMagic)) {
    if (!parse_wrapped(content, wrapped)) return damaged(path, "what `connlog` wrote there");
    return std::optional<Wrapped>(std::move(wrapped));
  }
  if (content.starts_with(kAnyMagic)) {
    return Error{ErrorCode::invalid_input,
                 fmt::format("The key file {} is of a later version of connlog. Install that version again.",
                             path.string())};
  }
  wrapped.first_form = true;
  const std::string_view digits = without_line_end(content);
  wrapped.box.resize(digits.size() == kFirstFormBytes * 2 ? kFirstFormBytes : kFirstFormWithAnchorBytes);
  if (!from_hex(digits, wrapped.box)) return damaged(path, "what `connlog` wrote there");
  return std::optional<Wrapped>(std::move(wrapped));
}

Result<void> write(const fs::path& path, const Wrapping& wrapping, const Content& content, const Key& master,
                   Random& random) {
  const Secret bytes = bytes_of(content);
  const std::string_view plain = bytes.reveal();
  const std::string header = header_of(kMagic, wrapping);
  std::vector<std::uint8_t> box(kNonceBytes + plain.size() + kTagBytes);
  random.fill(std::span(box).first(kNonceBytes));
  unsigned long long length = 0;
  crypto_aead_xchacha20poly1305_ietf_encrypt(box.data() + kNonceBytes, &length,
                                             reinterpret_cast<const unsigned char*>(plain.data()), plain.size(),
                                             reinterpret_cast<const unsigned char*>(header.data()), header.size(),
                                             nullptr, box.data(), master.data());
  return write_private(path, Secret(header + "box " + to_hex(box) + "\n"));
}

std::optional<Content> open(const Wrapped& wrapped, const Key& master) {
  if (wrapped.first_form) {
    std::array<std::uint8_t, 64> plain{};
    if (crypto_secretbox_open_easy(plain.data(), wrapped.box.data() + crypto_secretbox_NONCEBYTES,
                                   wrapped.box.size() - crypto_secretbox_NONCEBYTES, wrapped.box.data(),
                                   master.data()) != 0) {
      return std::nullopt;
    }
    Content content;  // its one sealing key is derived by the keyring
    std::memcpy(content.database_key.data(), plain.data(), 32);
    std::memcpy(content.anchor_key.data(), plain.data() + 32, 32);
    content.root_key = content.database_key;
    sodium_memzero(plain.data(), plain.size());
    return content;
  }
  const std::string header = header_of(wrapped.second_form ? kSecondMagic : kMagic, wrapped.wrapping);
  std::vector<std::uint8_t> plain(wrapped.box.size() - kNonceBytes - kTagBytes);
  unsigned long long length = 0;
  const int opened = crypto_aead_xchacha20poly1305_ietf_decrypt(
      plain.data(), &length, nullptr, wrapped.box.data() + kNonceBytes, wrapped.box.size() - kNonceBytes,
      reinterpret_cast<const unsigned char*>(header.data()), header.size(), wrapped.box.data(), master.data());
  std::optional<Content> content;
  if (opened == 0) content = wrapped.second_form ? content_of_second_form(plain) : content_of_bytes(plain);
  sodium_memzero(plain.data(), plain.size());
  return content;
}

Result<std::optional<RecoveryBox>> read_recovery_box(const fs::path& path) {
  const auto text = TRY(read_private(path));
  if (!text) return std::optional<RecoveryBox>{};
  RecoveryBox box;
  if (!parse_recovery_box(text->reveal(), box)) {
    return Error{ErrorCode::invalid_input,
                 fmt::format("{} is damaged, or of another version of connlog.", path.string())};
  }
  return std::optional<RecoveryBox>(std::move(box));
}

Result<void> write_recovery_box(const fs::path& path, const RecoveryBox& box) {
  return write_private(path, Secret(fmt::format("{}key {}\nowner {}\ncontent {}\nbox {}\n", kRecoveryMagic,
                                                to_hex(box.public_key), to_hex(box.owner), to_hex(box.content),
                                                to_hex(box.box))));
}

Result<void> remove_recovery_box(const fs::path& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
    return Error{ErrorCode::unavailable, fmt::format("{} cannot be removed: {}.", path.string(), io_cause(errno))};
  }
  sync_directory(path.parent_path());
  return {};
}

Result<std::optional<Key>> read_master(const fs::path& path) {
  const auto text = TRY(read_private(path));
  if (!text) return std::optional<Key>{};
  Key key{};
  if (!from_hex(without_line_end(text->reveal()), key)) return damaged(path, "64 hex digits");
  return std::optional<Key>(key);
}

Result<void> write_master(const fs::path& path, const Key& key) {
  return write_private(path, Secret(to_hex(key) + "\n"));
}

void remove_master(const fs::path& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) return;
  const std::string zeros(65, '0');
  if (::write(file, zeros.data(), zeros.size()) == static_cast<ssize_t>(zeros.size())) ::fsync(file);
  ::close(file);
  ::unlink(path.c_str());
  sync_directory(path.parent_path());
}

Result<void> rename_durably(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) {
    return Error{ErrorCode::unavailable,
                 fmt::format("The key file {} cannot be written: {}.", to.string(), io_cause(errno))};
  }
  sync_directory(to.parent_path());
  return {};
}

Result<Key> key_of_passphrase(const Secret& passphrase, const Wrapping& wrapping) {
  if (wrapping.cost.operations < 1 || wrapping.cost.operations > kPassphraseCostMax.operations ||
      wrapping.cost.memory_kib < 8 || wrapping.cost.memory_kib > kPassphraseCostMax.memory_kib) {
    return Error{ErrorCode::invalid_input,
                 "The key file keys/database.key asks for a cost that no connlog writes: it is damaged or planted. "
                 "Restore it from a backup."};
  }
  Key key{};
  const std::string_view text = passphrase.reveal();
  if (crypto_pwhash(key.data(), key.size(), text.data(), text.size(), wrapping.salt.data(), wrapping.cost.operations,
                    wrapping.cost.memory_kib * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return Error{ErrorCode::unavailable,
                 fmt::format("There is not enough free memory to check the passphrase ({} MiB are needed).",
                             wrapping.cost.memory_kib / 1024)};
  }
  return key;
}

Result<std::optional<Secret>> read_credential(const fs::path& directory, std::string_view name) {
  if (directory.empty()) return std::optional<Secret>{};
  // Who may read it is systemd's business: it grants the service's user by an access list, which the mode shows as a
  // group.
  const fs::path path = directory / name;
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) {
    if (errno == ENOENT) return std::optional<Secret>{};
    return Error{ErrorCode::unavailable,
                 fmt::format("The systemd credential {} cannot be opened: {}.", path.string(), io_cause(errno))};
  }
  std::string text(kPassphraseBytesMax + 2, '\0');
  const ssize_t got = ::read(file, text.data(), text.size());
  const int reason = errno;
  ::close(file);
  if (got < 0) {
    return Error{ErrorCode::unavailable,
                 fmt::format("The systemd credential {} cannot be read: {}.", path.string(), io_cause(reason))};
  }
  text.resize(static_cast<std::size_t>(got));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (text.empty()) {
    return Error{ErrorCode::invalid_input, fmt::format("The systemd credential {} is empty.", path.string())};
  }
  return std::optional<Secret>(Secret(std::move(text)));
}

Result<Key> parse_key(const Secret& text, const std::string& what) {
  Key key{};
  if (!from_hex(without_line_end(text.reveal()), key))
    return Error{ErrorCode::invalid_input, fmt::format("{} must hold 64 hex digits.", what)};
  return key;
}

}  // namespace key_file
}  // namespace connlog
