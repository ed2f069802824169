// The mechanisms of SMTP AUTH that connlog speaks: PLAIN (RFC 4616), LOGIN, CRAM-MD5 (RFC 2195). Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/net/smtp.h"

namespace connlog {

// The mechanisms to try, in order. Over TLS the simple ones come first: they are the ones that servers have right.
std::vector<std::string> logins_to_try(MailLogin wanted, const std::vector<std::string>& offered, bool over_tls);

// "AUTH PLAIN AGFkYQBwdw==", without the line's end.
std::string login_begin(std::string_view mechanism, const MailServer& server);
// What answers the server's `step`th 334 (from 0), whose text is `challenge`. Nothing: the server asks too much.
std::optional<std::string> login_answer(std::string_view mechanism, const MailServer& server, int step,
                                        std::string_view challenge);

}  // namespace connlog
