// The user interface, as it lies in the executable: pre-compressed, with a strong ETag for each encoding; names that carry
// a hash are immutable, pages are asked for anew each time. Every address without a file extension is the application
// itself (it has its own routes). Pure; any thread.
#pragma once

#include "web/server/http_server.h"
#include "web/server/reply.h"

namespace connlog::web {

Reply asset(const HttpRequest& request);

enum class Encoding { identity, gzip, brotli };
// RFC 9110 §12.5.3, as far as browsers and curl use it.
Encoding best_encoding(std::string_view accept_encoding, bool has_gzip, bool has_brotli);

}  // namespace connlog::web
