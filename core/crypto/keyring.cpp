#include "core/crypto/keyring.h"

#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "core/base/io_cause.h"
#include "core/base/log.h"
#include "core/crypto/key_file.h"
#include "core/crypto/master_key.h"
#include "core/crypto/recovery_key.h"

namespace connlog {

namespace fs = std::filesystem;
using key_file::Content;
using key_file::RecoveryBox;
using key_file::SealingKey;
using key_file::Wrapped;
using key_file::Wrapping;

struct Keyring::Inside {
  ~Inside() {
    wipe(root_key);
    wipe(database_key);
    wipe(anchor_key);
    if (next_database_key) wipe(*next_database_key);
    for (SealingKey& key : sealing_keys) wipe(key.key);
    if (master) wipe(*master);
  }
  static void wipe(Key& key) { sodium_memzero(key.data(), key.size()); }

  // What the files hold: of the sealing keys only those that are still kept there.
  Content content() const;
  // Puts the content into the files. The master key's file comes before, or after, as the caller says.
  Result<void> write(const Content& content, const Wrapping& with, const Key& under, Random& random) const;
  // Seals the content to the recovery key, where there is one.
  Result<void> write_recovery_box(const Content& content) const;
  void forget_master_if_unneeded();

  // root_key and anchor_key never change; the key of the file and the next one only while no other thread runs.
  Key root_key{}, database_key{}, anchor_key{};
  std::optional<Key> next_database_key;
  fs::path directory;  // <data>/keys; empty: without files
  bool keeps_master = false;
  std::mutex files;  // held by what writes them; taken before `mutex`
  mutable std::mutex mutex;
  // Under the mutex: oldest first. Those that were forgotten on disk stay here until the end of the process, because a
  // transaction that sealed under one may still wait for its turn.
  std::vector<SealingKey> sealing_keys;
  std::size_t kept_on_disk = 1;  // the last so many
  Wrapping wrapping;
  std::optional<Key> master;  // only while a rotation or a rekey is under way: to write the file once more at its end
  std::optional<PublicKey> recovery;
};

namespace {

struct Paths {
  fs::path master, next, database, recovery;
};

Paths paths_in(const fs::path& directory) {
  return {directory / "master.key", directory / "master.key.next", directory / "database.key",
          directory / "recovery.box"};
}

// What the recovery key can do here, as a sentence; empty where there is no box that it opens.
std::string by_recovery_key(const Paths& paths) {
  std::error_code absent;
  if (!fs::exists(paths.recovery, absent)) return {};
  return " If it is lost, the recovery key makes a new master key: `connlog key recover`.";
}

Key derived(const Key& from, std::string_view purpose) {
  Key out{};
  crypto_generichash(out.data(), out.size(), reinterpret_cast<const unsigned char*>(purpose.data()), purpose.size(),
                     from.data(), from.size());
  return out;
}

// Of the recovery box: what says that this appliance wrote it, and for which content.
std::array<std::uint8_t, 32> box_digest(const Key& root_key, char what, const PublicKey& to, std::string_view content) {
  const Key key = derived(root_key, key_purpose::kRecoveryBox);
  crypto_generichash_state state;
  std::array<std::uint8_t, 32> digest{};
  crypto_generichash_init(&state, key.data(), key.size(), digest.size());
  const auto letter = static_cast<unsigned char>(what);
  crypto_generichash_update(&state, &letter, 1);
  crypto_generichash_update(&state, to.data(), to.size());
  crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(content.data()), content.size());
  crypto_generichash_final(&state, digest.data(), digest.size());
  return digest;
}

bool is_same(const std::array<std::uint8_t, 32>& a, const std::array<std::uint8_t, 32>& b) {
  return sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

Key drawn(Random& random) {
  Key key{};
  random.fill(key);
  return key;
}

struct Opened {
  Content content;
  Key master{};
};

// A rotation first writes the new master key beside the old one, then the keys under it, then lets it take the old
// one's place. After a crash in between, whichever opens the keys is the right one.
Result<Opened> open_by_file(const Paths& paths, const Wrapped& wrapped) {
  const auto master = TRY(key_file::read_master(paths.master));
  const auto next = TRY(key_file::read_master(paths.next));
  if (master) {
    if (auto content = key_file::open(wrapped, *master)) {
      if (next) key_file::remove_master(paths.next);  // of a rotation that was not finished
      return Opened{*std::move(content), *master};
    }
  }
  if (next) {
    if (auto content = key_file::open(wrapped, *next)) {
      TRY(key_file::rename_durably(paths.next, paths.master));
      return Opened{*std::move(content), *next};
    }
  }
  if (!master) {
    return Error{
        ErrorCode::unavailable,
        fmt::format("{} exists, but {} is missing. Put it back from your backup; without it nobody can open the "
                    "database.{} Everything was left untouched.",
                    paths.database.string(), paths.master.string(), by_recovery_key(paths))};
  }
  return Error{ErrorCode::forbidden,
               fmt::format("{} does not open {}: they do not belong together. Restore both from the same backup.{} "
                           "The database was left untouched.",
                           paths.master.string(), paths.database.string(), by_recovery_key(paths))};
}

Result<Opened> open_by_passphrase(const Paths& paths, const Wrapped& wrapped, const MasterKeySources& sources) {
  const auto try_one = [&](const Secret& passphrase) -> Result<std::optional<Opened>> {
    const Key master = TRY(key_file::key_of_passphrase(passphrase, wrapped.wrapping));
    if (auto content = key_file::open(wrapped, master))
      return std::optional<Opened>(Opened{*std::move(content), master});
    return std::optional<Opened>{};
  };
  const Error wrong{ErrorCode::forbidden,
                    fmt::format("The passphrase does not open {}.{} Everything was left untouched.",
                                paths.database.string(), by_recovery_key(paths))};
  if (const auto given = TRY(key_file::read_credential(sources.credentials_directory, kPassphraseCredential))) {
    auto opened = TRY(try_one(*given));
    if (opened) return *std::move(opened);
    return wrong;
  }
  if (!sources.ask_passphrase) {
    return Error{
        ErrorCode::unavailable,
        fmt::format("The keys in {} are protected by a passphrase. Start connlog from a terminal and type it, or "
                    "give it as the systemd credential {} (LoadCredential= in the service).",
                    paths.database.parent_path().string(), kPassphraseCredential)};
  }
  for (int attempt = 0; attempt < sources.attempts; ++attempt) {
    const Secret typed = TRY(sources.ask_passphrase());
    auto opened = TRY(try_one(typed));
    if (opened) return *std::move(opened);
  }
  return wrong;
}

Result<Opened> open_by_credential(const Paths& paths, const Wrapped& wrapped, const MasterKeySources& sources) {
  const auto given = TRY(key_file::read_credential(sources.credentials_directory, kMasterKeyCredential));
  if (!given) {
    return Error{
        ErrorCode::unavailable,
        fmt::format("The master key of {} comes as the systemd credential {}, and this start was given none. Add "
                    "LoadCredential={}:… to the service.{}",
                    paths.database.parent_path().string(), kMasterKeyCredential, kMasterKeyCredential,
                    by_recovery_key(paths))};
  }
  const Key master = TRY(key_file::parse_key(*given, fmt::format("The systemd credential {}", kMasterKeyCredential)));
  if (auto content = key_file::open(wrapped, master)) return Opened{*std::move(content), master};
  return Error{
      ErrorCode::forbidden,
      fmt::format("The systemd credential {} does not open {}: they do not belong together.{} Everything was left "
                  "untouched.",
                  kMasterKeyCredential, paths.database.string(), by_recovery_key(paths))};
}

// The form of new keys depends on what the start was given: a credential, a passphrase, or else a file.
Result<Opened> make_keys(const Paths& paths, const MasterKeySources& sources, Random& random, Wrapping& wrapping) {
  const auto key = TRY(key_file::read_credential(sources.credentials_directory, kMasterKeyCredential));
  const auto passphrase = TRY(key_file::read_credential(sources.credentials_directory, kPassphraseCredential));
  if (key && passphrase) {
    return Error{ErrorCode::invalid_input,
                 fmt::format("This first start was given both systemd credentials, {} and {}. Give the one that shall "
                             "protect the keys.",
                             kMasterKeyCredential, kPassphraseCredential)};
  }
  Opened made;
  made.content.root_key = drawn(random);
  made.content.database_key = made.content.root_key;
  made.content.anchor_key = drawn(random);
  made.content.sealing_keys = {SealingKey{1, drawn(random)}};
  if (key) {
    wrapping.form = MasterKeyForm::credential;
    made.master = TRY(key_file::parse_key(*key, fmt::format("The systemd credential {}", kMasterKeyCredential)));
  } else if (passphrase) {
    TRY(check_passphrase(*passphrase));
    wrapping.form = MasterKeyForm::passphrase;
    wrapping.cost = sources.cost;
    random.fill(wrapping.salt);
    made.master = TRY(key_file::key_of_passphrase(*passphrase, wrapping));
  } else if (const auto there = TRY(key_file::read_master(paths.master))) {
    made.master = *there;  // a first start ended between writing the two files
  } else {
    made.master = drawn(random);
    TRY(key_file::write_master(paths.master, made.master));
  }
  TRY(key_file::write(paths.database, wrapping, made.content, made.master, random));
  return made;
}

// The master key that is wanted, and how the file is wrapped under it.
Result<Key> master_of(const NewMasterKey& wanted, Random& random, Wrapping& wrapping) {
  wrapping.form = wanted.form;
  switch (wanted.form) {
    case MasterKeyForm::file:
      break;
    case MasterKeyForm::passphrase:
      TRY(check_passphrase(wanted.passphrase));
      wrapping.cost = wanted.cost;
      random.fill(wrapping.salt);
      return key_file::key_of_passphrase(wanted.passphrase, wrapping);
    case MasterKeyForm::credential:
      if (!wanted.key) return invalid("key", "A master key that comes as a credential must be given.");
      return *wanted.key;
  }
  return drawn(random);
}

// Puts content under a new master key. Until database.key is written the old one opens the keys, from then on the new one.
Result<void> put_under(const Paths& paths, const Content& content, const Wrapping& wrapping, const Key& master,
                       Random& random) {
  const bool is_file = wrapping.form == MasterKeyForm::file;
  if (is_file) TRY(key_file::write_master(paths.next, master));
  if (auto written = key_file::write(paths.database, wrapping, content, master, random); !written) {
    if (is_file) key_file::remove_master(paths.next);
    return std::move(written).error();
  }
  // If this fails, the next start does it.
  if (is_file) static_cast<void>(key_file::rename_durably(paths.next, paths.master).has_value());
  return {};
}

std::span<const std::uint8_t> bytes_in(const Secret& secret) {
  const std::string_view text = secret.reveal();
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

Content Keyring::Inside::content() const {
  Content out;
  out.root_key = root_key;
  out.database_key = database_key;
  out.next_database_key = next_database_key;
  out.anchor_key = anchor_key;
  const std::lock_guard lock(mutex);
  out.sealing_keys.assign(sealing_keys.end() - static_cast<std::ptrdiff_t>(kept_on_disk), sealing_keys.end());
  return out;
}

Result<void> Keyring::Inside::write(const Content& content, const Wrapping& with, const Key& under,
                                    Random& random) const {
  if (directory.empty()) return {};
  TRY(key_file::write(paths_in(directory).database, with, content, under, random));
  // The keys are changed already. A box that could not be written is of the former content until the next start, which
  // writes it.
  if (const auto sealed = write_recovery_box(content); !sealed)
    log_warning("keys.recovery_box_failed", {{"message", sealed.error().message}});
  return {};
}

Result<void> Keyring::Inside::write_recovery_box(const Content& content) const {
  std::optional<PublicKey> to;
  {
    const std::lock_guard lock(mutex);
    to = recovery;
  }
  if (!to || directory.empty()) return {};
  const Secret bytes = key_file::bytes_of(content);
  RecoveryBox box;
  box.public_key = *to;
  box.owner = box_digest(root_key, 'o', *to, {});
  box.content = box_digest(root_key, 'c', *to, bytes.reveal());
  box.box = seal_to(*to, bytes_in(bytes));
  if (box.box.empty()) return Error{ErrorCode::invalid_input, "Nothing can be sealed to this recovery key."};
  return key_file::write_recovery_box(paths_in(directory).recovery, box);
}

void Keyring::Inside::forget_master_if_unneeded() {
  const std::lock_guard lock(mutex);
  if (keeps_master || next_database_key || kept_on_disk > 1 || !master) return;
  wipe(*master);
  master.reset();
}

Keyring::Keyring(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Keyring::Keyring(Keyring&&) noexcept = default;
Keyring& Keyring::operator=(Keyring&&) noexcept = default;
Keyring::~Keyring() = default;

Keyring Keyring::from_database_key(const Key& database_key) {
  auto inside = std::make_unique<Inside>();
  inside->root_key = database_key;
  inside->database_key = database_key;
  crypto_generichash(inside->anchor_key.data(), inside->anchor_key.size(), database_key.data(), database_key.size(),
                     nullptr, 0);
  inside->sealing_keys = {SealingKey{0, derived(database_key, key_purpose::kSealed)}};
  return Keyring(std::move(inside));
}

Result<Keyring> Keyring::open(const fs::path& data_directory, bool database_exists, Random& random) {
  return open(data_directory, database_exists, random, MasterKeySources{});
}

Result<Keyring> Keyring::open(const fs::path& data_directory, bool database_exists, Random& random,
                              const MasterKeySources& sources) {
  const fs::path directory = data_directory / "keys";
  const Paths paths = paths_in(directory);
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
    return Error{ErrorCode::unavailable,
                 fmt::format("The key directory {} cannot be made: {}.", directory.string(), io_cause(errno))};
  }
  const auto wrapped = TRY(key_file::read(paths.database));
  if (database_exists && !wrapped) {
    return Error{
        ErrorCode::unavailable,
        fmt::format(
            "The database exists, but its key file {} is missing. Put the key back from your backup, or restore a backup "
            "with the key that opens it (connlog restore); without a key nobody can open the database.{} It was left "
            "untouched.",
            paths.database.string(), by_recovery_key(paths))};
  }
  auto inside = std::make_unique<Inside>();
  inside->directory = directory;
  Opened opened;
  if (!wrapped) {
    opened = TRY(make_keys(paths, sources, random, inside->wrapping));
  } else {
    inside->wrapping = wrapped->wrapping;
    switch (inside->wrapping.form) {
      case MasterKeyForm::file:
        opened = TRY(open_by_file(paths, *wrapped));
        break;
      case MasterKeyForm::passphrase:
        opened = TRY(open_by_passphrase(paths, *wrapped, sources));
        break;
      case MasterKeyForm::credential:
        opened = TRY(open_by_credential(paths, *wrapped, sources));
        break;
    }
  }
  if (wrapped && wrapped->first_form) {
    opened.content.sealing_keys = {SealingKey{0, derived(opened.content.root_key, key_purpose::kSealed)}};
    if (wrapped->lacks_anchor_key()) {
      opened.content.anchor_key = drawn(random);
      TRY(key_file::write(paths.database, inside->wrapping, opened.content, opened.master, random));
    }
  }
  inside->root_key = opened.content.root_key;
  inside->database_key = opened.content.database_key;
  inside->next_database_key = opened.content.next_database_key;
  inside->anchor_key = opened.content.anchor_key;
  inside->sealing_keys = std::move(opened.content.sealing_keys);
  inside->kept_on_disk = inside->sealing_keys.size();
  inside->keeps_master = sources.keep_master;
  inside->master = opened.master;
  inside->forget_master_if_unneeded();
  Inside::wipe(opened.master);
  key_file::wipe(opened.content);
  Keyring ring(std::move(inside));
  ring.look_at_recovery_box();
  return ring;
}

// A box that cannot be used is no reason to refuse a start: it is said, and written anew from the stored setting
// (core/appliance/backup/backup_keys.h).
void Keyring::look_at_recovery_box() {
  Inside& in = *inside_;
  const fs::path path = paths_in(in.directory).recovery;
  const auto box = key_file::read_recovery_box(path);
  if (!box) {
    log_warning("keys.recovery_box_unreadable", {{"message", box.error().message}});
    return;
  }
  if (!*box) return;
  if (!is_same((*box)->owner, box_digest(in.root_key, 'o', (*box)->public_key, {}))) {
    log_warning("keys.recovery_box_foreign", {{"file", path.string()}});
    return;
  }
  in.recovery = (*box)->public_key;
  Content now = in.content();
  const Secret bytes = key_file::bytes_of(now);
  if (!is_same((*box)->content, box_digest(in.root_key, 'c', (*box)->public_key, bytes.reveal()))) {
    if (const auto sealed = in.write_recovery_box(now); !sealed)
      log_warning("keys.recovery_box_failed", {{"message", sealed.error().message}});
  }
  key_file::wipe(now);
}

const Key& Keyring::database_key() const {
  return inside_->database_key;
}

const Key& Keyring::anchor_key() const {
  return inside_->anchor_key;
}

Key Keyring::derive(std::string_view purpose) const {
  return derived(inside_->root_key, purpose);
}

std::int64_t Keyring::sealing_generation() const {
  const std::lock_guard lock(inside_->mutex);
  return inside_->sealing_keys.back().generation;
}

std::optional<Key> Keyring::sealing_key(std::int64_t generation) const {
  if (generation == 0) return derive(key_purpose::kSealed);
  const std::lock_guard lock(inside_->mutex);
  for (const SealingKey& key : inside_->sealing_keys) {
    if (key.generation == generation) return key.key;
  }
  return std::nullopt;
}

MasterKeyForm Keyring::form() const {
  const std::lock_guard lock(inside_->mutex);
  return inside_->wrapping.form;
}

bool Keyring::is_rotating() const {
  const std::lock_guard lock(inside_->mutex);
  return inside_->kept_on_disk > 1;
}

Result<void> Keyring::rotate(const NewMasterKey& wanted, Random& random) {
  Inside& in = *inside_;
  const std::lock_guard files(in.files);
  if (is_rotating())
    return Error{ErrorCode::conflict, "The last rotation is not finished yet. Try again in a minute.", {}, {}, 60};
  Wrapping wrapping;
  Key master = TRY(master_of(wanted, random, wrapping));
  Content content = in.content();
  content.sealing_keys.push_back({content.sealing_keys.back().generation + 1, drawn(random)});
  if (!in.directory.empty()) {
    TRY(put_under(paths_in(in.directory), content, wrapping, master, random));
    if (const auto sealed = in.write_recovery_box(content); !sealed)  // the next start writes it
      log_warning("keys.recovery_box_failed", {{"message", sealed.error().message}});
  }
  {
    const std::lock_guard lock(in.mutex);
    in.sealing_keys.push_back(content.sealing_keys.back());
    in.kept_on_disk = 2;
    in.wrapping = wrapping;
    in.master = master;
  }
  key_file::wipe(content);
  Inside::wipe(master);
  return {};
}

Result<void> Keyring::forget_older(Random& random) {
  Inside& in = *inside_;
  const std::lock_guard files(in.files);
  Content content = in.content();
  Wrapping wrapping;
  Key master{};
  {
    const std::lock_guard lock(in.mutex);
    if (in.kept_on_disk <= 1 || !in.master) return {};
    wrapping = in.wrapping;
    master = *in.master;
  }
  content.sealing_keys.erase(content.sealing_keys.begin(), content.sealing_keys.end() - 1);
  if (!in.directory.empty()) {
    const Paths paths = paths_in(in.directory);
    if (wrapping.form != MasterKeyForm::file) {
      key_file::remove_master(paths.master);
      key_file::remove_master(paths.next);
    }
    TRY(in.write(content, wrapping, master, random));
  }
  Inside::wipe(master);
  key_file::wipe(content);
  {
    const std::lock_guard lock(in.mutex);
    in.kept_on_disk = 1;
  }
  in.forget_master_if_unneeded();
  return {};
}

std::optional<Key> Keyring::next_database_key() const {
  return inside_->next_database_key;
}

// The key file anew, with `next` as the next key of the database file and `now` as the present one.
Result<void> Keyring::put_database_keys(const Key& now, const std::optional<Key>& next, Random& random) {
  Inside& in = *inside_;
  const std::lock_guard files(in.files);
  Content content = in.content();
  content.database_key = now;
  content.next_database_key = next;
  if (!in.directory.empty()) {
    if (!in.master) {
      return Error{ErrorCode::internal, "The key file cannot be written anew: its master key is not at hand.", {},
                   "put_database_keys without keep_master"};
    }
    TRY(in.write(content, in.wrapping, *in.master, random));
  }
  in.database_key = now;
  in.next_database_key = next;
  key_file::wipe(content);
  return {};
}

Result<Key> Keyring::prepare_rekey(Random& random) {
  if (inside_->next_database_key)
    return Error{ErrorCode::conflict, "The database is being encrypted under a new key already."};
  const Key next = drawn(random);
  TRY(put_database_keys(inside_->database_key, next, random));
  return next;
}

Result<void> Keyring::settle_rekey(bool renewed, Random& random) {
  Inside& in = *inside_;
  if (!in.next_database_key) return {};
  const Key now = renewed ? *in.next_database_key : in.database_key;
  TRY(put_database_keys(now, std::nullopt, random));
  in.forget_master_if_unneeded();
  return {};
}

Secret Keyring::content() const {
  Content content = inside_->content();
  Secret bytes = key_file::bytes_of(content);
  key_file::wipe(content);
  return bytes;
}

Result<void> Keyring::set_recovery(const std::optional<std::array<std::uint8_t, 32>>& public_key) {
  Inside& in = *inside_;
  const std::lock_guard files(in.files);
  std::optional<PublicKey> before;
  {
    const std::lock_guard lock(in.mutex);
    before = std::exchange(in.recovery, public_key);
  }
  Result<void> done;
  if (public_key) {
    Content content = in.content();
    done = in.write_recovery_box(content);
    key_file::wipe(content);
  } else if (!in.directory.empty()) {
    done = key_file::remove_recovery_box(paths_in(in.directory).recovery);
  }
  if (!done) {
    const std::lock_guard lock(in.mutex);
    in.recovery = before;
  }
  return done;
}

std::optional<std::array<std::uint8_t, 32>> Keyring::recovery_public_key() const {
  const std::lock_guard lock(inside_->mutex);
  return inside_->recovery;
}

Result<void> Keyring::make_from_content(const fs::path& data_directory, const Secret& content,
                                        const NewMasterKey& wanted, Random& random) {
  auto parsed = key_file::content_of_bytes(bytes_in(content));
  if (!parsed) {
    return Error{ErrorCode::invalid_input,
                 "The keys in it are damaged, or of a later version of connlog. Nothing was changed."};
  }
  const fs::path directory = data_directory / "keys";
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
    return Error{ErrorCode::unavailable,
                 fmt::format("The key directory {} cannot be made: {}.", directory.string(), io_cause(errno))};
  }
  Wrapping wrapping;
  Key master = TRY(master_of(wanted, random, wrapping));
  const auto done = put_under(paths_in(directory), *parsed, wrapping, master, random);
  Inside::wipe(master);
  key_file::wipe(*parsed);
  return done;
}

}  // namespace connlog
