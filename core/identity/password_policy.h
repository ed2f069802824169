// Which passwords are accepted: long enough, not a common one, not the person's own name or mail address (NIST SP
// 800-63B §5.1.1.2: length and a list, no rules about character classes, no forced changes). The list is
// core/identity/common_passwords.txt. Pure; any thread.
#pragma once

#include <string_view>

#include "core/base/result.h"

namespace connlog {

inline constexpr std::size_t kPasswordCharactersMin = 10;
inline constexpr std::size_t kPasswordBytesMax = 256;

// The error names the field "password" and says what is wrong, without repeating the password.
Result<void> check_password(std::string_view password, std::string_view name, std::string_view mail);

}  // namespace connlog
