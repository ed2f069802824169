// Decides which addresses connlog may connect to, for webhooks, mail, and the agent's uplink alike. It is asked at
// connect time with the address that the name resolved to, so it also covers a name that changes its answer (DNS
// rebinding) and a redirect.
// Pure but for local_addresses(): no resolver, no socket, no clock; any thread.
//
// Private networks are allowed to what the appliance's administrator named; checks reach them, and loopback, only where a
// network of their workspace contains the address, and so do webhooks where a list of networks is given. Never allowed: link-local addresses and the places
// where clouds keep credentials, unspecified, multicast, broadcast and reserved addresses, every IPv6 form that carries
// one of these inside (mapped, NAT64, 6to4, Teredo, ISATAP), and connlog's own listeners. Loopback is allowed only for
// what the appliance's administrator named.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace connlog {

struct AddressRange;  // address_range.h

struct IpAddress {
  bool v6 = false;
  std::array<std::uint8_t, 16> bytes{};  // v4: the first four

  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

// Accepts "192.0.2.1", "2001:db8::1", "[2001:db8::1]", and nothing else: no names, no zones, no other spellings of
// IPv4.
bool parse_ip(std::string_view text, IpAddress& out);
std::string to_text(const IpAddress& address);

// A host and a port, as written in a setting. The host is a name or an address.
struct HostPort {
  std::string host;  // without brackets
  std::uint16_t port = 0;
};
// "localhost:9000", "10.0.0.1:25", "[::1]:9000"
Result<HostPort> parse_host_port(std::string_view text, const std::string& field);

// What a connection is for. Whether loopback is allowed depends on who named the target.
enum class OutboundPurpose {
  webhook,         // named by people of a workspace
  mail,            // named by the appliance's administrator in the mail settings
  proxy,           // named by the administrator in the settings
  syslog,          // named by the appliance's administrator
  agent_uplink,    // named by the person who installed the agent here; may be this host
  login_provider,  // named by an administrator or by a provider's discovery document
  bucket,          // named by the appliance's administrator in the interface, where backups are copied
  dead_man,        // likewise, who watches this appliance
  check,           // named by people of a workspace; private networks only where the workspace may reach them
};

struct AddressPolicy {
  std::vector<HostPort> own_listeners;     // where connlog listens; an unspecified address means every local one
  std::vector<HostPort> allowed_loopback;  // setting outbound_loopback
};

enum class AddressVerdict {
  allowed,
  not_internet,  // neither IPv4 nor IPv6
  unspecified,
  loopback,
  link_local,
  metadata,
  multicast,
  broadcast,
  reserved,
  own_listener,
  private_network,  // not among the networks that its owner may reach
  port_not_listed,  // a probe whose host does not name the port
};

struct AddressQuestion {
  OutboundPurpose purpose = OutboundPurpose::webhook;
  std::string_view requested_host;  // as in the URL, without brackets
  IpAddress address;                // what it resolved to
  std::uint16_t port = 0;  // 0: none (ICMP)
  // Webhooks, checks: the private networks that the owner may reach. Null: a webhook may reach all, a check none.
  const std::vector<AddressRange>* networks = nullptr;
  bool is_public_allowed = true;                       // beside the networks
  const std::vector<std::uint16_t>* ports = nullptr;   // the only ones allowed; null or empty: any
};

// Private (RFC 1918, unique local), shared (RFC 6598), site-local or loopback, also as an IPv4 address inside an IPv6 one.
bool is_private(const IpAddress& address);

// The addresses of this machine's interfaces. With them the policy recognises connlog's own listeners under any name. Read
// at each connect (by the checks' runtime every few seconds), because interfaces come and go.
std::vector<IpAddress> local_addresses();

// `local_addresses`: this machine's own, from local_addresses().
AddressVerdict decide(const AddressPolicy& policy, const AddressQuestion& question,
                      const std::vector<IpAddress>& local_addresses);

// For people: "127.0.0.1 is a loopback address; …", and what to do if something can be done.
std::string explain(AddressVerdict verdict, const IpAddress& address, std::uint16_t port);

}  // namespace connlog
