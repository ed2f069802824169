#include "core/crypto/keyring.h"

#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <vector>

#include "core/base/io_cause.h"
#include "core/crypto/key_file.h"
#include "core/crypto/master_key.h"

namespace connlog {

namespace fs = std::filesystem;
using key_file::Content;
using key_file::SealingKey;
using key_file::Wrapped;
using key_file::Wrapping;

struct Keyring::Inside {
  ~Inside() {
    wipe(database_key);
    wipe(anchor_key);
    for (SealingKey& key : sealing_keys) wipe(key.key);
    if (master) wipe(*master);
  }
  static void wipe(Key& key) { sodium_memzero(key.data(), key.size()); }

  Key database_key{}, anchor_key{};
  fs::path directory;  // <data>/keys; empty: without files
  mutable std::mutex mutex;
  // Under the mutex: oldest first. Those that were forgotten on disk stay here until the end of the process, because a
  // transaction that sealed under one may still wait for its turn.
  std::vector<SealingKey> sealing_keys;
  std::size_t kept_on_disk = 1;  // the last so many
  Wrapping wrapping;
  std::optional<Key> master;  // only while a rotation is under way: to write the file once more at its end
};

namespace {

struct Paths {
  fs::path master, next, database;
};

Paths paths_in(const fs::path& directory) {
  return {directory / "master.key", directory / "master.key.next", directory / "database.key"};
}

Key derived(const Key& from, std::string_view purpose) {
  Key out{};
  crypto_generichash(out.data(), out.size(), reinterpret_cast<const unsigned char*>(purpose.data()), purpose.size(),
                     from.data(), from.size());
  return out;
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
                    "database. Everything was left untouched.",
                    paths.database.string(), paths.master.string())};
  }
  return Error{ErrorCode::forbidden,
               fmt::format("{} does not open {}: they do not belong together. Restore both from the same backup. "
                           "The database was left untouched.",
                           paths.master.string(), paths.database.string())};
}

Result<Opened> open_by_passphrase(const Paths& paths, const Wrapped& wrapped, const MasterKeySources& sources) {
  const auto try_one = [&](const Secret& passphrase) -> Result<std::optional<Opened>> {
    const Key master = TRY(key_file::key_of_passphrase(passphrase, wrapped.wrapping));
    if (auto content = key_file::open(wrapped, master))
      return std::optional<Opened>(Opened{*std::move(content), master});
    return std::optional<Opened>{};
  };
  const Error wrong{ErrorCode::forbidden, fmt::format("The passphrase does not open {}. Everything was left untouched.",
                                                      paths.database.string())};
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
                    "LoadCredential={}:… to the service.",
                    paths.database.parent_path().string(), kMasterKeyCredential, kMasterKeyCredential)};
  }
  const Key master = TRY(key_file::parse_key(*given, fmt::format("The systemd credential {}", kMasterKeyCredential)));
  if (auto content = key_file::open(wrapped, master)) return Opened{*std::move(content), master};
  return Error{
      ErrorCode::forbidden,
      fmt::format("The systemd credential {} does not open {}: they do not belong together. Everything was left "
                  "untouched.",
                  kMasterKeyCredential, paths.database.string())};
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
  made.content.database_key = drawn(random);
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

}  // namespace

Keyring::Keyring(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Keyring::Keyring(Keyring&&) noexcept = default;
Keyring& Keyring::operator=(Keyring&&) noexcept = default;
Keyring::~Keyring() = default;

Keyring Keyring::from_database_key(const Key& database_key) {
  auto inside = std::make_unique<Inside>();
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
            "The database exists, but its key file {} is missing. Put the key back from your backup; without it "
            "nobody can open the database. It was left untouched.",
            paths.database.string())};
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
    opened.content.sealing_keys = {SealingKey{0, derived(opened.content.database_key, key_purpose::kSealed)}};
    if (wrapped->lacks_anchor_key()) {
      opened.content.anchor_key = drawn(random);
      TRY(key_file::write(paths.database, inside->wrapping, opened.content, opened.master, random));
    }
  }
  inside->database_key = opened.content.database_key;
  inside->anchor_key = opened.content.anchor_key;
  inside->sealing_keys = std::move(opened.content.sealing_keys);
  inside->kept_on_disk = inside->sealing_keys.size();
  if (inside->kept_on_disk > 1) inside->master = opened.master;
  Inside::wipe(opened.master);
  Inside::wipe(opened.content.database_key);
  Inside::wipe(opened.content.anchor_key);
  return Keyring(std::move(inside));
}

const Key& Keyring::database_key() const {
  return inside_->database_key;
}

const Key& Keyring::anchor_key() const {
  return inside_->anchor_key;
}

Key Keyring::derive(std::string_view purpose) const {
  return derived(inside_->database_key, purpose);
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
  if (is_rotating())
    return Error{ErrorCode::conflict, "The last rotation is not finished yet. Try again in a minute.", {}, {}, 60};
  const Paths paths = paths_in(in.directory);
  Wrapping wrapping;
  wrapping.form = wanted.form;
  Key master{};
  switch (wanted.form) {
    case MasterKeyForm::file:
      master = drawn(random);
      break;
    case MasterKeyForm::passphrase:
      TRY(check_passphrase(wanted.passphrase));
      wrapping.cost = wanted.cost;
      random.fill(wrapping.salt);
      master = TRY(key_file::key_of_passphrase(wanted.passphrase, wrapping));
      break;
    case MasterKeyForm::credential:
      if (!wanted.key) return invalid("key", "A master key that comes as a credential must be given.");
      master = *wanted.key;
      break;
  }
  Content content;
  content.database_key = in.database_key;
  content.anchor_key = in.anchor_key;
  {
    const std::lock_guard lock(in.mutex);
    content.sealing_keys = {in.sealing_keys.back()};
  }
  content.sealing_keys.push_back({content.sealing_keys.back().generation + 1, drawn(random)});

  if (!in.directory.empty()) {
    if (wanted.form == MasterKeyForm::file) TRY(key_file::write_master(paths.next, master));
    // From here on only the new master key opens the keys.
    if (auto written = key_file::write(paths.database, wrapping, content, master, random); !written) {
      if (wanted.form == MasterKeyForm::file) key_file::remove_master(paths.next);
      return std::move(written).error();
    }
    if (wanted.form == MasterKeyForm::file) {
      // If this fails, the next start does it.
      static_cast<void>(key_file::rename_durably(paths.next, paths.master).has_value());
    }
  }
  const std::lock_guard lock(in.mutex);
  in.sealing_keys.push_back(content.sealing_keys.back());
  in.kept_on_disk = 2;
  in.wrapping = wrapping;
  in.master = master;
  Inside::wipe(master);
  return {};
}

Result<void> Keyring::forget_older(Random& random) {
  Inside& in = *inside_;
  Content content;
  Wrapping wrapping;
  Key master{};
  {
    const std::lock_guard lock(in.mutex);
    if (in.kept_on_disk <= 1 || !in.master) return {};
    content.database_key = in.database_key;
    content.anchor_key = in.anchor_key;
    content.sealing_keys = {in.sealing_keys.back()};
    wrapping = in.wrapping;
    master = *in.master;
  }
  if (!in.directory.empty()) {
    const Paths paths = paths_in(in.directory);
    if (wrapping.form != MasterKeyForm::file) {
      key_file::remove_master(paths.master);
      key_file::remove_master(paths.next);
    }
    TRY(key_file::write(paths.database, wrapping, content, master, random));
  }
  Inside::wipe(master);
  const std::lock_guard lock(in.mutex);
  in.kept_on_disk = 1;
  Inside::wipe(*in.master);
  in.master.reset();
  return {};
}

}  // namespace connlog
