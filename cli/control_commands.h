// The requests that commands send to the appliance. If it runs, it answers them over the control socket, on the control
// thread. Otherwise the command locks the data directory and calls the same functions itself, on its main thread.
// Requests and answers are one JSON object on one line.
#pragma once

#include <functional>
#include <string>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/base/transaction.h"
#include "core/trust/key_rotation.h"
#include "core/identity/accounts.h"
#include "core/people/setting_store.h"

namespace connlog {

class TrailParts;  // cli/trail_parts.h

struct ControlServices {
  Stores& stores;
  Accounts& accounts;
  KeyRotation& keys;
  TrailParts& trails;
  const SettingStore& settings;
};

// Never throws; an answer is {"ok":true} or {"ok":false,"message":…}.
std::string answer_control_request(ControlServices& services, const std::string& request);

std::string reset_password_request(const std::string& mail, const Secret& password);
std::string ping_request();
std::string key_export_request();
std::string audit_verify_request(const std::string& head);
std::string audit_accept_request(const std::string& reason);
std::string key_rotate_request(const NewMasterKey& wanted);

// Turns an answer back into success or the error's words.
Result<void> read_control_answer(const std::string& answer);
// What the answer to a ping says about mail; empty: it gets through, or none was sent yet.
std::string mail_trouble_in(const std::string& ping_answer);
// Like read_control_answer, and returns the answer's member `name`.
Result<Secret> read_control_text(const std::string& answer, const char* name);

}  // namespace connlog
