// The renewal of the master key and of what seals provider secrets, while the appliance runs or alone. In this order, so that
// a crash anywhere loses nothing: the key file takes the new keys beside the old sealing key; one transaction seals every
// stored secret anew; the key file forgets the old sealing key. What a crash cut short is finished by the next start, or
// within a minute by the maintenance thread.
// The database key stays, and with it sessions, tokens and the audit chain.
// rotate() and finish() wait for the disk: the control thread, the maintenance thread, or a command's main thread.
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
  std::int64_t unreadable = 0;  // were damaged before, and stay so
};

// Every place of the database where a sealed text lies. Implemented by storage/sealed_texts.
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
  // Finishes a rotation that was cut short; does nothing where none was.
  Result<void> finish();

  // The same in halves, for a request: the key files on its worker (one at a time, else `rate_limited`), the rest in its
  // transaction; maintenance then forgets the old key.
  Result<void> begin(const NewMasterKey&);
  Result<SealedAnew> seal_anew(Transaction&, const Actor&);

  const Keyring& keyring() const { return parts_.keyring; }
  // The raw key of the database, for the sqlcipher shell; audited before it leaves.
  Result<Key> export_database_key(const Actor&);

 private:
  Parts parts_;
  std::mutex mutex_;  // one rotation at a time
};

// What a person types on the appliance's machine to renew its master key, where the interface cannot do it: a passphrase
// and a credential come from outside. One line for a POSIX shell. `generation` is the present one: the file of a new credential is named after the next.
std::string rotation_command(MasterKeyForm form, const std::string& data_directory, std::int64_t generation);

}  // namespace connlog
