// Where a redirect leads, and what may go along. Pure; any thread.
#pragma once

#include <string>

#include "core/net/http_url.h"

namespace connlog {

struct Redirect {
  std::string trouble = {};  // not empty: it is not followed; for people
  std::string url = {};      // without a fragment
  HttpUrl target = {};
};
// `location` as the server gave it, against the address that was asked. Only http and https are followed, without user
// information, to a host by name or address.
Redirect redirect_of(const std::string& base, const std::string& location);

// Whether credentials that are meant for `from` may be sent to `to`: the same host, by the same scheme and port, or by the
// step from http to https on their usual ports.
bool is_same_place(const HttpUrl& from, const HttpUrl& to);

}  // namespace connlog
