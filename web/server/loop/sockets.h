// Listening sockets, addresses as text, and the process's limit of descriptors. Any thread.
#pragma once

#include <sys/socket.h>

#include "core/base/result.h"
#include "web/server/connection_loop.h"

namespace connlog::web::loop {

// Opens a bound, listening, non-blocking socket. `listener.port` becomes the port that is bound. Errors are one
// sentence for the administrator.
Result<int> open_listener(Listener& listener, int backlog);

// Raises the soft limit of open descriptors (and the hard one, where allowed) to `wanted`. Returns how many of those
// wanted are allowed now.
std::size_t raise_descriptor_limit(std::size_t wanted);

// Address and port of a socket's other end. An IPv4 client of an IPv6 socket is shown as IPv4.
Peer peer_of(const sockaddr_storage& address, bool tls);

}  // namespace connlog::web::loop
