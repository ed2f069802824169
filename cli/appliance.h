// The appliance, wired: every part in the order in which it starts, each built on those before it. open() takes the
// data directory's lock and opens keys and database, which is all that other commands need; serve() goes on to
// certificates, listeners and threads. Destroying it stops everything in reverse. Main thread only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/appliance/backup/backup.h"
#include "core/base/byte_stream.h"
#include "core/appliance/inspection.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/config/settings.h"
#include "core/crypto/keyring.h"
#include "core/people/actor.h"
#include "storage/data_directory.h"

namespace connlog {

// The data directory, under its lock, and the keys in it.
struct ApplianceFiles {
  storage::DataDirectory directory;
  Keyring keys;
};

class Appliance {
 public:
  // Errors are one clear line for the person who starts it.
  static Result<ApplianceFiles> open_files(const Settings& settings, Random& random);
  // `accept_damage`: also a database that looks like a torn copy, as it is.
  static Result<std::unique_ptr<Appliance>> open(const Settings& settings, Clock& clock, Random& random,
                                                 bool accept_damage = false);
  static Result<std::unique_ptr<Appliance>> open(const Settings& settings, Clock& clock, Random& random,
                                                 ApplianceFiles files, bool accept_damage = false);
  ~Appliance();

  // Binds every listener and starts the threads. Returns lines to show: where to open the appliance and, while it is
  // unclaimed, the set-up link.
  Result<std::vector<std::string>> serve();
  // The lines are shown: from here on /readyz says that it is ready, once it is.
  void greeted();
  void reload();  // SIGHUP: certificates
  // Answers the requests that were begun, commits, and ends, within five seconds.
  void stop();

  // For commands that found no running server.
  std::string answer_control_request(const std::string& request);
  // Writes an act of the command line into the appliance's trail.
  Result<void> record(const std::string& act, const std::string& object, const std::string& details);
  // Makes a backup and writes it to `out`, for a command that found no running server.
  Result<Backup> write_backup(ByteSink& out, const Actor& actor, BackupKind kind);
  // The same, into its destinations; gives where it lies, for people.
  Result<std::string> make_backup(const Actor& actor, BackupTrigger trigger);
  std::string check_database();              // a line for `connlog check`
  std::vector<std::string> unknown_words();  // likewise, of rows that are left out
  std::vector<std::string> findings() const;
  Result<std::vector<Finding>> inspect();  // what the production check finds in the database and of this machine

 private:
  class Parts;
  explicit Appliance(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// "https://monitor.example.org:8443": the setting public_url, or made from this machine's name and the https port.
std::string public_url_of(const Settings& settings);

}  // namespace connlog
