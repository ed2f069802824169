// The user interface, served from the executable: pre-compressed, with a strong ETag for each encoding. Files whose
// names carry a hash are immutable; pages are asked for anew each time. Every address without a file extension gets the
// application itself, which has its own routes. Pure; any thread.
#pragma once

#include "web/server/http_server.h"
#include "web/server/reply.h"

namespace connlog::web {

Reply asset(const HttpRequest& request);

enum class Encoding { identity, gzip };
// Reads Accept-Encoding (RFC 9110 §12.5.3), as far as browsers and curl use it: of q-values only q=0 is understood.
Encoding best_encoding(std::string_view accept_encoding, bool has_gzip);

}  // namespace connlog::web
