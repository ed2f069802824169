// Turns the settings of the appliance into what its parts need. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "core/config/settings.h"
#include "core/net/http_client.h"
#include "web/server/connection_loop.h"

namespace connlog {

bool is_any_address(const std::string& address);  // "0.0.0.0", "::"
std::string in_url(const std::string& address);   // IPv6 in brackets
std::string host_of(const std::string& url);
std::vector<web::Listener> listeners_of(const Settings& settings);
// Webhooks, mail and login providers may reach this machine's loopback only if the administrator named the service.
// The addresses that tell, beside the gateway, whether our own way out is well. They were checked when they were read.
std::vector<IpAddress> witnesses_of(const Settings& settings);
Result<OutboundOptions> outbound_of(const Settings& settings);

}  // namespace connlog
