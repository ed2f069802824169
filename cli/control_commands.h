// The requests that commands send to the appliance. If it runs, it answers them over the control socket, on the control
// thread. Otherwise the command locks the data directory and calls the same functions itself, on its main thread.
// Requests and answers are one JSON object on one line.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/appliance/inspection.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/base/transaction.h"
#include "core/trust/key_rotation.h"
#include "core/identity/accounts.h"
#include "core/people/setting_store.h"

namespace connlog {

class TrailParts;  // cli/trail_parts.h
class Backups;     // core/appliance/backup/backups.h

struct ControlServices {
  Stores& stores;
  Accounts& accounts;
  KeyRotation& keys;
  TrailParts& trails;
  std::function<std::vector<std::string>()> findings;  // what an administrator must look at
  std::function<Result<void>()> ready = {};            // what /readyz says; empty: nothing is served here
  // The members of the answer to certificates_request; absent: this server serves no TLS.
  std::function<std::string(const std::vector<std::string>& pins, bool given)> certificates = {};
  std::function<Result<std::vector<Finding>>()> inspection = {};  // of the production check, without settings and files
  std::function<Result<void>(const Actor&)> end_recovery = {};
  std::function<Result<void>(const Actor&, const std::string& evidence)> note_drill = {};
  Backups* backups = nullptr;  // for what begins with "backup_" (cli/backup_control.h)
};

// Never throws; an answer is {"ok":true,…} or {"ok":false,"message":…}.
std::string answer_control_request(ControlServices& services, const std::string& request);

std::string reset_password_request(const std::string& mail, const Secret& password);
std::string ready_request();
// What is served now, and how many agents would be cut off by a chain with these keys (64 hex digits each). `given`: it is
// an administrator's, which the hosts' own authorities know.
std::string certificates_request(const std::vector<std::string>& pins, bool given);
std::string key_export_request();
// The answer has `findings`, as core/appliance/inspection_json.h writes them.
std::string inspection_request();
std::string audit_verify_request(const std::string& head);
std::string audit_accept_request(const std::string& reason);
std::string restore_finish_request();
std::string drill_note_request(const std::string& evidence);
std::string key_rotate_request(const NewMasterKey& wanted);

// Turns an answer back into success or the error's words.
Result<void> read_control_answer(const std::string& answer);
// What the running server says that an administrator must look at: `findings` of the answer to a ping.
std::vector<std::string> read_control_findings(const std::string& answer);
// Like read_control_answer, and returns the answer's member `name`.
Result<Secret> read_control_text(const std::string& answer, const char* name);

}  // namespace connlog
