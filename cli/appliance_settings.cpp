#include "cli/appliance_settings.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "cli/appliance.h"

namespace connlog {

bool is_any_address(const std::string& address) {
  return address == "0.0.0.0" || address == "::";
}

std::string in_url(const std::string& address) {
  return address.find(':') == std::string::npos ? address : "[" + address + "]";
}

std::string host_of(const std::string& url) {
  std::string rest = url.substr(url.find("//") + 2);
  if (!rest.empty() && rest.front() == '[') return rest.substr(1, rest.find(']') - 1);
  return rest.substr(0, rest.find(':'));
}

std::vector<web::Listener> listeners_of(const Settings& settings) {
  std::vector<web::Listener> listeners;
  ListenAddress address;
  if (settings.http_listen != "off" && parse_listen(settings.http_listen, address)) {
    listeners.push_back({address.address, address.port, false});
  }
  if (settings.https_listen != "off" && parse_listen(settings.https_listen, address)) {
    listeners.push_back({address.address, address.port, true});
  }
  return listeners;
}

std::vector<IpAddress> witnesses_of(const Settings& settings) {
  std::vector<IpAddress> witnesses;
  for (const std::string& text : settings.check_witnesses) {
    IpAddress address;
    if (parse_ip(text, address)) witnesses.push_back(address);
  }
  return witnesses;
}

Result<OutboundOptions> outbound_of(const Settings& settings) {
  OutboundOptions outbound;
  outbound.proxy = settings.outbound_proxy;
  outbound.ca_bundle = settings.outbound_ca_bundle;
  for (const web::Listener& listener : listeners_of(settings))
    outbound.policy.own_listeners.push_back({listener.address, listener.port});
  for (const std::string& text : settings.outbound_loopback) {
    auto address = TRY(parse_host_port(text, "outbound_loopback"));
    outbound.policy.allowed_loopback.push_back(std::move(address));
  }
  return outbound;
}

std::string public_url_of(const Settings& settings) {
  if (!settings.public_url.empty()) return settings.public_url;
  ListenAddress address;
  if (settings.https_listen != "off" && parse_listen(settings.https_listen, address)) {
    char name[256] = {};
    if (::gethostname(name, sizeof name - 1) != 0 || name[0] == '\0') std::snprintf(name, sizeof name, "localhost");
    const std::string host = is_any_address(address.address) ? std::string(name) : in_url(address.address);
    return address.port == 443 ? fmt::format("https://{}", host) : fmt::format("https://{}:{}", host, address.port);
  }
  parse_listen(settings.http_listen, address);
  const std::string host = is_any_address(address.address) ? std::string("127.0.0.1") : in_url(address.address);
  return address.port == 80 ? fmt::format("http://{}", host) : fmt::format("http://{}:{}", host, address.port);
}

}  // namespace connlog
