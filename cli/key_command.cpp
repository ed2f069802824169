// `connlog key export` and `connlog key rotate`.
#include "cli/commands.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include "cli/ask_appliance.h"
#include "cli/control_commands.h"
#include "cli/master_key_prompt.h"
#include "core/base/text.h"
#include "core/crypto/key_file.h"

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

Result<Secret> passphrase_of(const CommandLine& line) {
  Secret passphrase;
  if (!line.passphrase_file.empty()) {
    std::string text;
    if (line.passphrase_file == "-") {
      std::getline(std::cin, text);
    } else {
      std::ifstream file(line.passphrase_file);
      if (!file || !std::getline(file, text)) {
        return invalid("passphrase-file", fmt::format("{} cannot be read.", line.passphrase_file));
      }
    }
    if (!text.empty() && text.back() == '\r') text.pop_back();
    passphrase = Secret(std::move(text));
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

}  // namespace

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
          "connlog-passphrase. Nobody can recover it: keep a copy where you would find it.\n");
      break;
    case MasterKeyForm::credential:
      std::printf(
          "The next start needs it as a credential. Add to the service:\n"
          "  LoadCredential=connlog-master-key:%s\n"
          "(or encrypt it with systemd-creds and use LoadCredentialEncrypted=). Nobody can recover it: keep a copy apart.\n",
          fs::absolute(line.key_file).c_str());
      break;
  }
  return 0;
}

}  // namespace connlog
