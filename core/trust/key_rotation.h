// Renews the master key and the sealing key (under which provider secrets are stored), while the appliance runs or in a
// command of its own. The order of the steps makes sure that a crash at any point loses nothing: the key file takes the
// new keys beside the old sealing key; one transaction seals every stored secret anew; the key file forgets the old
// sealing key. A rotation that a crash cut short is finished by the next start, or within a minute by the maintenance
// thread. The database key stays the same, and with it sessions, tokens and the audit chain stay valid. rotate() and
// finish() wait for the disk. They run on the control thread, the maintenance thread, or a command's main thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>

#include "core/audit/audit.h"
#include "core/base/random.h"
#include "core/base/transaction.h"
#include "core/crypto/keyring.h"
#include "core/crypto/master_key.h"
#include "core/people/actor.h"

namespace connlog {

struct SealedAnew {
  std::int64_t renewed = 0;
  std::int64_t unreadable = 0;  // were damaged before the rotation; left as they are
};

// Every place in the database that holds a sealed text. Implemented by storage/sealed_texts.
class SealedTexts {
 public:
  virtual ~SealedTexts() = default;
  virtual Result<SealedAnew> seal_anew(Transaction&, const Keyring&, Random&) = 0;
};

class KeyRotation {
 public:
  struct Parts {
    Stores& stores;
    SealedTexts& texts;
    AuditLog& audit;
    Keyring& keyring;
    Random& random;
  };
  explicit KeyRotation(const Parts& parts) : parts_(parts) {}

  Result<SealedAnew> rotate(const Actor&, const NewMasterKey&);
  // Finishes a rotation that was cut short; does nothing if none was.
  Result<void> finish();

  // rotate() in two halves, for a web request. begin() writes the key files on the request's worker (one at a time,
  // else `rate_limited`). seal_anew() does the rest in the request's transaction; maintenance then forgets the old
  // sealing key.
  Result<void> begin(const NewMasterKey&);
  Result<SealedAnew> seal_anew(Transaction&, const Actor&);

  const Keyring& keyring() const { return parts_.keyring; }
  // The raw key of the database, for the sqlcipher shell; audited before it is returned.
  Result<Key> export_database_key(const Actor&);

 private:
  Parts parts_;
  std::mutex mutex_;  // one rotation at a time
};

// The command that a person types on the appliance's machine to renew the master key where the interface cannot: a
// passphrase or a credential comes from outside. One line for a POSIX shell. `generation` is the present one; the file
// of a new credential is named after the next one.
std::string rotation_command(MasterKeyForm form, const std::string& data_directory, std::int64_t generation);

}  // namespace connlog
