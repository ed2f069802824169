#include "web/server/loop/reply_head.h"

#include "web/server/framing_head.h"

namespace connlog::web::loop {

void set_connection_field(std::string& wire, std::string_view value) {
  const std::size_t first = wire.find("\r\n");
  if (first == std::string::npos) return;
  std::size_t at = first + 2;
  while (true) {
    const std::size_t end = wire.find("\r\n", at);
    if (end == std::string::npos || end == at) break;
    const std::string_view line(wire.data() + at, end - at);
    const std::string_view name = line.substr(0, line.find(':'));
    if (equals_ignoring_case(name, "connection") || equals_ignoring_case(name, "keep-alive")) {
      wire.erase(at, end + 2 - at);
    } else {
      at = end + 2;
    }
  }
  wire.insert(first + 2, "Connection: " + std::string(value) + "\r\n");
}

void cut_body(std::string& wire) {
  const std::size_t end = wire.find("\r\n\r\n");
  if (end != std::string::npos) wire.resize(end + 4);
}

}  // namespace connlog::web::loop
