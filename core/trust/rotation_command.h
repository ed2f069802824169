// What a person types on the appliance's machine to renew its master key, where the interface cannot do it: a passphrase and
// a credential come from outside. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>

#include "core/crypto/master_key.h"

namespace connlog {

// One line for a POSIX shell. `generation` is the present one: the file of a new credential is named after the next.
std::string rotation_command(MasterKeyForm form, const std::string& data_directory, std::int64_t generation);

}  // namespace connlog
