// The answer to a person who has just come in: who they are, and the session's cookie. Shared by every way in.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "web/api/request_context.h"

namespace connlog::web::identity {

// `Me`
Result<nlohmann::json> me_view(const Rooms& rooms, const WebOptions& options, Snapshot& snapshot, const User& user,
                               std::string_view session_token);

// The answer to a login that still needs its second factor. `ticket`: what SecondFactors::ask gave.
Result<nlohmann::json> second_factor_view(const SecondFactors&, Snapshot&, const Origin&, std::string_view ticket);

// `Me` with the cookie.
Result<Reply> session_reply(const Rooms& rooms, const WebOptions& options, Snapshot& snapshot, int status,
                            const OpenedSession& opened, const Origin& origin, bool tls);

}  // namespace connlog::web::identity
