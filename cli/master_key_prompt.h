// Where this process may find the master key: systemd's credentials ($CREDENTIALS_DIRECTORY), and a person at the
// terminal, who types without being seen. Main thread only.
#pragma once

#include <string>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/crypto/master_key.h"

namespace connlog {

MasterKeySources master_key_sources_of_process();

// True: standard input and standard error are a terminal.
bool has_terminal();
// One line without echo; Ctrl-C and Ctrl-D give up. The terminal is put back as it was.
Result<Secret> ask_unseen(const std::string& prompt);

}  // namespace connlog
