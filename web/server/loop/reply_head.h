// The two changes that the loop makes to a finished reply: whether the connection stays open, and that a reply to HEAD
// carries no body. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace connlog::web::loop {

// Sets `Connection: <value>` in the head of a whole reply, in place of its Connection and Keep-Alive fields.
void set_connection_field(std::string& wire, std::string_view value);

// Cuts everything after the head.
void cut_body(std::string& wire);

}  // namespace connlog::web::loop
