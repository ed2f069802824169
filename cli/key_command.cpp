// `connlog key export`, `connlog key rotate` and `connlog key recover`. `connlog key rekey` is in cli/rekey.cpp.
#include "cli/commands.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include "cli/appliance.h"
#include "cli/ask_appliance.h"
#include "cli/control_commands.h"
#include "cli/master_key_prompt.h"
#include "cli/restore_files.h"
#include "core/base/text.h"
#include "core/crypto/key_file.h"
#include "core/crypto/recovery_key.h"
#include "storage/connection.h"
#include "storage/data_directory.h"

namespace connlog {
namespace {

namespace fs = std::filesystem;

Result<void> confirm_export(bool yes) {
  if (yes) return {};
  if (!has_terminal()) {
    return Error{ErrorCode::forbidden,
                 "The database key is printed after a confirmation, and there is no terminal to ask on. Add --yes."};
  }
  std::fputs(
      "Whoever has this key and a copy of the database can read everything in it and change it unseen by connlog.\n"
      "It cannot be taken back. Type yes to print it: ",
      stderr);
  std::string typed;
  std::getline(std::cin, typed);
  if (typed != "yes") return Error{ErrorCode::forbidden, "Nothing was printed."};
  return {};
}

// The first line of a file; "-": of standard input.
Result<Secret> line_of_file(const std::string& path, const std::string& option) {
  std::string text;
  if (path == "-") {
    std::getline(std::cin, text);
  } else {
    std::ifstream file(path);
    if (!file || !std::getline(file, text)) return invalid(option, fmt::format("{} cannot be read.", path));
  }
  if (!text.empty() && text.back() == '\r') text.pop_back();
  return Secret(std::move(text));
}

Result<Secret> passphrase_of(const CommandLine& line) {
  Secret passphrase;
  if (!line.passphrase_file.empty()) {
    passphrase = TRY(line_of_file(line.passphrase_file, "passphrase-file"));
  } else if (has_terminal()) {
    passphrase = TRY(ask_unseen("New passphrase of the keys: "));
    TRY(check_passphrase(passphrase));
    const Secret again = TRY(ask_unseen("The same once more: "));
    if (again.reveal() != passphrase.reveal())
      return invalid("passphrase", "The two passphrases differ. Nothing was changed.");
  } else {
    return invalid("passphrase", "There is no terminal to ask for the new passphrase on. Use --passphrase-file.");
  }
  TRY(check_passphrase(passphrase));
  return passphrase;
}

// The file is made by this command and not by the server, which may write only in its data directory.
Result<Key> make_credential_file(const std::string& path, Random& random) {
  if (path.empty()) {
    return invalid("key-file",
                   "Name the new file that the master key is written to with --key-file; the service then loads it as "
                   "the credential connlog-master-key.");
  }
  Key key{};
  random.fill(key);
  const std::string text = to_hex(key) + "\n";
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) {
    return invalid("key-file", errno == EEXIST
                                   ? fmt::format("{} exists already. Name a new file: nothing is overwritten.", path)
                                   : fmt::format("{} cannot be made: {}.", path, std::strerror(errno)));
  }
  const bool written =
      ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
  const int reason = errno;
  ::close(file);
  const int directory = ::open(fs::absolute(path).parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory >= 0) {
    ::fsync(directory);
    ::close(directory);
  }
  if (!written) return invalid("key-file", fmt::format("{} cannot be written: {}.", path, std::strerror(reason)));
  return key;
}

Result<NewMasterKey> new_master_key(const CommandLine& line, const Settings& settings, Random& random) {
  NewMasterKey wanted;
  if (line.to_form.empty()) {
    const auto wrapped = TRY(key_file::read(fs::path(settings.data_dir) / "keys" / "database.key"));
    if (wrapped) wanted.form = wrapped->wrapping.form;
  } else {
    wanted.form = parse_word<MasterKeyForm>(line.to_form).value_or(wanted.form);  // the command line has checked it
  }
  if (wanted.form == MasterKeyForm::passphrase) wanted.passphrase = TRY(passphrase_of(line));
  if (wanted.form == MasterKeyForm::credential) wanted.key = TRY(make_credential_file(line.key_file, random));
  return wanted;
}

std::string after_a_loss(const Settings& settings) {
  std::error_code absent;
  return fs::exists(fs::path(settings.data_dir) / "keys" / "recovery.box", absent)
             ? "If it is lost, only the recovery key helps (connlog key recover)"
             : "Nobody can recover it, because there is no recovery key";
}

// Why there is no box: without the other keys nothing says that there was none.
Error no_box(const fs::path& box) {
  std::error_code absent;
  const fs::path keys = box.parent_path();
  const std::string why =
      fs::exists(keys / "database.key", absent)
          ? fmt::format("There is no {}: this appliance had no recovery key.", box.string())
          : fmt::format("There are no keys in {}. If they are lost, put that directory back from a copy: the recovery key "
                        "opens {} and no database by itself.",
                        keys.string(), box.filename().string());
  return Error{ErrorCode::not_found,
               why + " A backup, with the key that opens it, is the other way back: connlog restore."};
}

Result<Secret> recovery_words_of(const CommandLine& line) {
  if (!line.recovery_key_file.empty()) return line_of_file(line.recovery_key_file, "recovery-key-file");
  if (has_terminal()) return ask_unseen("Recovery key (ten words): ");
  return invalid("recovery-key-file",
                 "There is no terminal to ask for the recovery key on. Use --recovery-key-file.");
}

// A box of another time, or one that somebody put there, would take the place of keys that may still be saved.
Result<void> check_opens(const storage::DataDirectory& directory, const Secret& content) {
  if (!directory.database_exists()) return {};
  const std::string_view bytes = content.reveal();
  auto keys = key_file::content_of_bytes({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  const auto opens = [&](const Key& key) {
    const auto connection =
        storage::Connection::open({directory.database().string(), key, {}}, storage::Connection::Access::file_alone);
    return connection && (*connection)->number("SELECT COUNT(*) FROM sqlite_schema").has_value();
  };
  const bool good =
      keys && (opens(keys->database_key) || (keys->next_database_key && opens(*keys->next_database_key)));
  if (keys) key_file::wipe(*keys);
  if (good) return {};
  return Error{ErrorCode::conflict,
               fmt::format("The keys in {} do not open {}: they are of another time or another appliance, or the database "
                           "is damaged. Nothing was changed. A backup is the other way back: connlog restore.",
                           (directory.path() / "keys" / "recovery.box").string(), directory.database().string())};
}

// A master key in place of a lost one, from the recovery box beside the keys.
Result<void> recover(const CommandLine& line, const Settings& settings, Clock& clock, Random& random) {
  const fs::path data = settings.data_dir;
  {
    TRY(check_owner(data));
    const auto directory = TRY(storage::DataDirectory::open(data));
    const fs::path path = data / "keys" / "recovery.box";
    const auto box = TRY(key_file::read_recovery_box(path));
    if (!box) return no_box(path);
    const Secret words = TRY(recovery_words_of(line));
    const KeyPair pair = TRY(key_pair_of_words(words));
    auto content = open_sealed(pair, box->box);
    if (!content) {
      return Error{ErrorCode::forbidden,
                   fmt::format("This recovery key (fingerprint {}) does not open {}, which is sealed to {}. Nothing was "
                               "changed.",
                               fingerprint_of(pair.open), path.string(), fingerprint_of(box->public_key))};
    }
    const Secret bytes(std::string(content->begin(), content->end()));
    sodium_memzero(content->data(), content->size());
    TRY(check_opens(directory, bytes));
    TRY(Keyring::make_from_content(data, bytes, NewMasterKey{}, random));
  }
  if (!fs::exists(data / "connlog.db")) return {};
  // Opened once, to prove that it opens and to say it in the trail.
  const auto appliance = TRY(Appliance::open(settings, clock, random));
  return appliance->record("keys.recovered", "master key", "by the recovery key");
}

}  // namespace

int key_recover_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random) {
  if (const auto done = recover(line, settings, clock, random); !done) return refuse_command(done.error());
  std::printf("The master key is new, and lies in %s/keys/master.key. The lost one opens nothing any more.\n"
              "For a passphrase or a credential in its place: connlog key rotate --to passphrase (or credential).\n",
              settings.data_dir.c_str());
  return 0;
}

int key_export_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random) {
  if (const auto confirmed = confirm_export(line.yes); !confirmed) return refuse_command(confirmed.error());
  const auto answer = ask_appliance(key_export_request(), settings, clock, random);
  if (!answer) return refuse_command(answer.error());
  const auto key = read_control_text(*answer, "key");
  if (!key) return refuse_command(key.error());
  const std::string shown(key->reveal());
  std::printf("PRAGMA key = \"x'%s'\";\n", shown.c_str());
  std::fprintf(stderr, "Type this line first in `sqlcipher %s/connlog.db`. The export was written to the audit log.\n",
               settings.data_dir.c_str());
  return 0;
}

int key_rotate_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random) {
  const auto wanted = new_master_key(line, settings, random);
  if (!wanted) return refuse_command(wanted.error());
  const auto answer = ask_appliance(key_rotate_request(*wanted), settings, clock, random);
  const auto summary = answer ? read_control_text(*answer, "summary") : Result<Secret>(answer.error());
  if (!summary) {
    if (wanted->form == MasterKeyForm::credential) {
      std::fprintf(stderr, "connlog: If the keys were not changed, %s is of no use; `connlog check` tells.\n",
                   line.key_file.c_str());
    }
    return refuse_command(summary.error());
  }
  const std::string text(summary->reveal());
  std::printf("The master key is new. %s\n", text.c_str());
  switch (wanted->form) {
    case MasterKeyForm::file:
      std::printf("Back up %s/keys again: earlier copies of the keys do not open what is stored from now on.\n",
                  settings.data_dir.c_str());
      break;
    case MasterKeyForm::passphrase:
      std::printf(
          "Each start now asks for the passphrase on the terminal, or takes it from the systemd credential\n"
          "connlog-passphrase. %s: keep a copy where you would find it.\n",
          after_a_loss(settings).c_str());
      break;
    case MasterKeyForm::credential:
      std::printf(
          "The next start needs it as a credential. Add to the service:\n"
          "  LoadCredential=connlog-master-key:%s\n"
          "(or encrypt it with systemd-creds and use LoadCredentialEncrypted=). %s: keep a copy apart.\n",
          fs::absolute(line.key_file).c_str(), after_a_loss(settings).c_str());
      break;
  }
  return 0;
}

}  // namespace connlog
